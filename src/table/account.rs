//! AWS Account Management: the alternate contacts.

use super::{ACCOUNT_KIND, GET_CALLER_IDENTITY, Kind, Operation, Service, Type::*, opt};

/// Account GetAlternateContact.
pub static GET_ALTERNATE_CONTACT: Operation = Operation::global(
    "account",
    "GetAlternateContact",
    "account get-alternate-contact",
    &["account:GetAlternateContact"],
);

// One kind per contact: three calls of one operation supply them, and each fails for itself.
macro_rules! contact {
    ($name:ident, $attribute:literal, $doc:literal) => {
        #[doc = $doc]
        pub static $name: Kind = Kind {
            name: ACCOUNT_KIND,
            list: &GET_CALLER_IDENTITY,
            tags: None,
            locate: "",
            attributes: &[opt($attribute, Str, &GET_ALTERNATE_CONTACT)],
        };
    };
}
contact!(
    SECURITY_CONTACT,
    "SecurityContact",
    "E-mail address of the contact for security matters; null where none is set."
);
contact!(
    OPERATIONS_CONTACT,
    "OperationsContact",
    "E-mail address of the contact for operations; null where none is set."
);
contact!(BILLING_CONTACT, "BillingContact", "E-mail address of the contact for bills; null where none is set.");

/// AWS Account Management.
pub static SERVICE: Service = Service {
    name: "account",
    operations: &[&GET_ALTERNATE_CONTACT],
    kinds: &[&SECURITY_CONTACT, &OPERATIONS_CONTACT, &BILLING_CONTACT],
};
