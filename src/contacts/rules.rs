//! The words of contacts.

types::words! {
    pub enum ContactKind {
        Person = "person",
        Company = "company",
    }

    pub enum ContactStatus {
        Active = "active",
        /// It was the same client as another, which lives on.
        Merged = "merged",
        Erased = "erased",
    }

    /// What a contact is to a unit.
    pub enum RelationRole {
        Owner = "owner",
        Tenant = "tenant",
        Resident = "resident",
        Representative = "representative",
        CompanyStaff = "company_staff",
        ExOwner = "ex_owner",
    }

    /// In which the hotline speaks with a client.
    #[derive(Default)]
    pub enum Language {
        #[default]
        Ru = "ru",
        En = "en",
    }
}
