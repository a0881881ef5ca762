"""What a JSON Schema can't say of a spec, one function a rule.

The docstring of a rule is its manual: a sentence, then YAML that passes and YAML that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from truecopy.diagnostics import Diagnostic
from truecopy.ir import Api, Document
from truecopy.rules import (
    answers,
    call_members,
    call_values,
    calls,
    cycles,
    dates,
    evidence,
    examples,
    facts,
    headers,
    http,
    kinds,
    names,
    parameters,
    paths,
    patterns,
    references,
    servers,
    unions,
    webhooks,
)
from truecopy.rules.view import View, view

Rule = Callable[[View], Iterator[Diagnostic]]

RULES: Mapping[str, Rule] = {
    "path-template": paths.path_template,
    "path-syntax": paths.path_syntax,
    "path-parameter-missing": paths.path_parameter_missing,
    "path-parameter-unused": paths.path_parameter_unused,
    "path-parameter-optional": paths.path_parameter_optional,
    "path-duplicate": paths.path_duplicate,
    "api-name": names.api_name,
    "document-name": names.document_name,
    "operation-duplicate": names.operation_duplicate,
    "schema-name-duplicate": names.schema_name_duplicate,
    "property-duplicate": names.property_duplicate,
    "parameter-duplicate": names.parameter_duplicate,
    "header-duplicate": names.header_duplicate,
    "reference-schema": references.reference_schema,
    "schema-unused": references.schema_unused,
    "reference-mapping": references.reference_mapping,
    "reference-security": references.reference_security,
    "reference-scope": references.reference_scope,
    "reference-server": references.reference_server,
    "reference-webhook": references.reference_webhook,
    "reference-cycle": cycles.reference_cycle,
    "reference-endless": cycles.reference_endless,
    "bounds": facts.bounds,
    "enum-duplicate": facts.enum_duplicate,
    "enum-value": examples.enum_value,
    "default-value": examples.default_value,
    "example-value": examples.example_value,
    "format-type": kinds.format_type,
    "format-unknown": kinds.format_unknown,
    "read-write-only": facts.read_write_only,
    "access-side": facts.access_side,
    "call-parameter": calls.call_parameter,
    "call-missing": calls.call_missing,
    "call-value": call_values.call_value,
    "call-member": call_members.call_member,
    "call-status": calls.call_status,
    "call-body": calls.call_body,
    "status": http.status,
    "status-body": http.status_body,
    "method-body": http.method_body,
    "header-name": headers.header_name,
    "cookie-name": headers.cookie_name,
    "header-reserved": headers.header_reserved,
    "header-idempotency": headers.header_idempotency,
    "security-parameter": headers.security_parameter,
    "media-type": http.media_type,
    "style-location": parameters.style_location,
    "style-type": parameters.style_type,
    "parameter-nested": parameters.parameter_nested,
    "pattern-syntax": patterns.pattern_syntax,
    "pattern-slow": patterns.pattern_slow,
    "server-url": servers.server_url,
    "server-variable": servers.server_variable,
    "server-value": servers.server_value,
    "token-url": servers.token_url,
    "discriminator-branch": unions.discriminator_branch,
    "discriminator-property": unions.discriminator_property,
    "discriminator-mapping": unions.discriminator_mapping,
    "failure-path": answers.failure_path,
    "failure-value": answers.failure_value,
    "pagination-style": answers.pagination_style,
    "pagination-parameter": answers.pagination_parameter,
    "pagination-path": answers.pagination_path,
    "signature-content": webhooks.signature_content,
    "webhook-event": webhooks.webhook_event,
    "evidence-missing": evidence.evidence_missing,
    "evidence-conflicting": evidence.evidence_conflicting,
    "evidence-state": evidence.evidence_state,
    "evidence-because": evidence.evidence_because,
    "evidence-lacks": evidence.evidence_lacks,
    "sunset-date": dates.sunset_date,
    "retrieved-date": dates.retrieved_date,
    "sunset-deprecated": dates.sunset_deprecated,
}


# Rules that say that something is not there: of a file that could only be read in part, nobody knows.
ABSENT = frozenset(
    rule for rule in RULES if rule.startswith(("reference-", "call-"))
) | {
    *("path-duplicate", "path-parameter-missing", "path-parameter-unused"),
    *("evidence-target", "evidence-lacks", "security-requirements", "server-variable"),
    *("discriminator-branch", "discriminator-property", "discriminator-mapping"),
    *("failure-path", "failure-value", "pagination-parameter", "pagination-path"),
    *("operation-duplicate",),
}

# Rules that compare documents, or look for something in others.
OF_OTHERS = frozenset(
    {"path-duplicate", "operation-duplicate", "schema-name-duplicate"}
    | {"reference-schema", "reference-mapping"}
)


def claims(document: Document) -> list[str]:
    """What no other document of an API may have: where two have the same, a rule that compares them says so."""
    found = [f"operation {operation.name}" for operation in document.operations]
    found += map(paths.shape_of, document.operations)
    return [*found, *(f"schema {schema.name}" for schema in document.schemas)]


def check(api: Api) -> list[Diagnostic]:
    """All findings of all rules."""
    seen = view(api)
    return [finding for rule in RULES.values() for finding in rule(seen)]
