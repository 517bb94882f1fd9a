//! What each error code means to the person who runs an integration: what it is called, why it usually happens, what to do.
//! The pages in `docs/problems/` say the same at length.

use throughline_domain::ErrorCode;

/// Words for one error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Advice {
    /// A headline.
    pub(crate) title: &'static str,
    /// The usual cause.
    pub(crate) cause: &'static str,
    /// What to do.
    pub(crate) what_to_do: &'static str,
}

const fn advice(title: &'static str, cause: &'static str, what_to_do: &'static str) -> Advice {
    Advice { title, cause, what_to_do }
}

/// The words for a code.
#[rustfmt::skip]
pub(crate) const fn of(code: ErrorCode) -> Advice {
    use ErrorCode as C;
    match code {
        C::CredentialsRefused => advice(
            "The system refuses the credentials",
            "The key or password was changed, revoked or mistyped, or the account was disabled.",
            "Enter current credentials under Systems, and test the connection. The system's runs go on by themselves.",
        ),
        C::TokenRefused => advice(
            "No token could be obtained",
            "The client id, client secret or refresh token is wrong or has expired, or the token address is not the right one.",
            "Check the client credentials and the token address under Systems, and test the connection.",
        ),
        C::CredentialsMissing => advice(
            "Credentials are missing",
            "The connector needs a secret or setting that this system does not have.",
            "Open the system, fill in what the form marks as required, and test the connection.",
        ),
        C::PermissionDenied => advice(
            "The account lacks a right",
            "The credentials are good, but the account may not do this: read the entity, write to this project, or set this field.",
            "In the other system, give the account the right that the answer names, or use an account that has it.",
        ),
        C::ExpressionFailed => advice(
            "An expression failed",
            "A template or expression of the field map met a value that it cannot work with, such as text where it computes a number.",
            "Look at the rule and at the values it saw. Guard it with a default (`| default('')`) or a condition, and publish.",
        ),
        C::ValueTypeMismatch => advice(
            "A value has the wrong type",
            "The rule made a value that the target field cannot hold: text for a number, a list for a single value, a date that is none.",
            "Convert the value in the rule (`| int`, `| date`), or map another source field.",
        ),
        C::ValueNotMapped => advice(
            "A value is not in the value map",
            "The source sent a value that the table of the rule does not have, and the rule has no default.",
            "Add the value to the table, or give the rule a default.",
        ),
        C::SourceFieldMissing => advice(
            "A source field is missing",
            "The rule copies a field that this record does not have. Often the field is optional, or the path has a typing error.",
            "Compare the path with the record in Extract. Give the rule a default, or mark it as optional.",
        ),
        C::FuelExhausted => advice(
            "An expression does too much work",
            "A loop in a template or expression runs over very many items, or repeats itself.",
            "Simplify the expression, or filter the list before looping over it.",
        ),
        C::NameNotResolved => advice(
            "The system's name cannot be found",
            "The host name in the address is mistyped, no longer exists, or is known only inside a private network.",
            "Check the address under Systems. It must be reachable by the workers of this service.",
        ),
        C::ConnectionFailed => advice(
            "The system does not accept connections",
            "It is down or restarting, a firewall blocks us, or the port is wrong.",
            "Check that it runs and that its firewall lets the workers in. Failed records are tried again by themselves.",
        ),
        C::TlsFailed => advice(
            "No secure connection can be made",
            "The certificate has expired, is for another name, or was issued by an authority that is not known here.",
            "Renew or correct the certificate of the system. For a private authority, ask the operator of this service to add it.",
        ),
        C::RequestTimedOut => advice(
            "The system did not answer in time",
            "It is overloaded, or the query is too heavy for it.",
            "Narrow the filter or the page size, or raise the action's `http_timeout`. Failed records are tried again by themselves.",
        ),
        C::ServerError => advice(
            "The system has an error of its own",
            "It answered with a status of 500 or more: a fault or an outage on its side.",
            "Read its answer in the HTTP exchange, and ask its administrators. Failed records are tried again by themselves.",
        ),
        C::AddressRefused => advice(
            "The address is not allowed",
            "The name resolves to a private, loopback, link-local or metadata address, which this service does not call.",
            "Use the public address of the system, or ask the operator of this service to allow its network.",
        ),
        C::AnswerTooLarge => advice(
            "The answer is too large",
            "The system sent more than this service reads at once, usually because a page has very many or very large records.",
            "Lower the action's `page_size`, or let the query ask for fewer fields.",
        ),
        C::AnswerNotUnderstood => advice(
            "The answer is not what the connector expects",
            "A proxy or login page answered instead of the API, or the address leads to another application or version.",
            "Look at the body of the answer. Correct the base address, or take the proxy out of the way.",
        ),
        C::RedirectRefused => advice(
            "A redirect was not followed",
            "The system sends us elsewhere too often, or to an address that is not allowed.",
            "Use the final address as the base address; mind `http` and `https`.",
        ),
        C::EndpointNotFound => advice(
            "The API is not at this address",
            "The base address is wrong or misses a part of the path, or the API is switched off in the system.",
            "Compare the base address with the connector's example, and check that the API is enabled.",
        ),
        C::ValueRefused => advice(
            "The target refuses a value",
            "A field has a value that the target does not allow: an unknown choice, too long, or against one of its rules.",
            "Read the target's answer, compare the field in Load, and change the rule that made it.",
        ),
        C::RequiredFieldMissing => advice(
            "A required field is missing",
            "The target wants a field that no rule maps, or whose rule made no value for this record.",
            "Map the field that the answer names, with a default if the source may not have it.",
        ),
        C::EventNotUnderstood => advice(
            "The pushed document is not understood",
            "What arrived at the webhook is not what the connector's listener expects: another format, event type or version.",
            "Compare the document in Extract HTTP with the connector's page, and correct the sender's settings.",
        ),
        C::LinkedRecordMissing => advice(
            "The linked record is gone",
            "The record that this one is linked to was deleted, moved or merged in the target.",
            "Restore it in the target, or ask the operator to remove the link, so that the next change creates a new one.",
        ),
        C::NoLinkedRecord => advice(
            "There is nothing to update",
            "The action only updates, and this record was never linked to one in the target.",
            "Let the action create as well (`upsert`), or make sure that the creating action ran first.",
        ),
        C::SeveralMatches => advice(
            "Several records match",
            "The correlation field has the same value in more than one record of the target.",
            "Correct the duplicates in the target, or correlate by a field that is unique.",
        ),
        C::RecordKeyMissing => advice(
            "The record has no key",
            "The source sent a record without the field that identifies it, so it cannot be followed.",
            "Check in Extract which field identifies records, and correct the entity or the sender.",
        ),
        C::WriteInDoubt => advice(
            "A write may or may not have arrived",
            "The connection broke after the request was sent, and the target cannot be searched for the record.",
            "Look in the target. If the record is there, enter the source's key in its correlation field; if not, run again.",
        ),
        C::WriteConflict => advice(
            "Somebody else changed the record",
            "The target reports that the record was changed at the same moment.",
            "Nothing, usually: it is tried again with the current version. If it goes on, find out what else writes to the record.",
        ),
        C::RecordBusy => advice(
            "Another run holds the record",
            "Two runs want to write the same record, and the other one takes long.",
            "Nothing, usually: it is tried again. If it goes on, look at the run that holds it.",
        ),
        C::RateLimited => advice(
            "The system asks us to slow down",
            "More requests than its limit allows: from us, or from others who use the same account.",
            "Nothing, usually: it goes on when the limit lets it. Otherwise poll less often, or raise the limit in the system.",
        ),
        C::RunTimedOut => advice(
            "The run took too long",
            "More records, or slower answers, than fit into the action's time limit.",
            "Raise the action's `timeout`, or lower `max_records`; what was done is kept.",
        ),
        C::RunAbandoned => advice(
            "The run was interrupted",
            "The worker that executed it was lost, and no other one finished it.",
            "Run it again: records that arrived already are recognised. If it happens often, tell the operator.",
        ),
        C::DeliveryExhausted => advice(
            "The run was given up",
            "It was handed out several times and no worker finished it: something in it breaks them.",
            "Tell the operator of this service the id of the run. Its message is kept.",
        ),
        C::ConfigurationUnusable => advice(
            "The configuration cannot be used",
            "The revision, the system or the connector that the run names is gone or no longer fits.",
            "Open the integration: its faults say what is wrong. Correct and publish it.",
        ),
        C::InternalFault => advice(
            "A fault of this service",
            "Something went wrong on our side.",
            "Nothing is lost: it is tried again. If it goes on, tell the operator the id of the run.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_of_its_own() {
        let titles: std::collections::BTreeSet<_> =
            ErrorCode::ALL.iter().map(|code| of(*code).title).collect();
        assert_eq!(titles.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            let words = of(*code);
            assert!(words.cause.ends_with('.') && words.what_to_do.ends_with('.'), "{code}");
        }
    }
}
