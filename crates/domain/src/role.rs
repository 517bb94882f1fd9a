//! Roles and what each may do.

use crate::token::words;

words! {
    /// What a member or a token is in a tenant. Ordered: each role may do all that the ones before it may.
    Role as "role" {
        /// Reads.
        Viewer = "viewer",
        /// Changes systems and integrations, starts and cancels runs.
        Editor = "editor",
        /// Changes settings, tokens and members.
        Admin = "admin",
        /// Changes and deletes the tenant itself.
        Owner = "owner",
    }
}

words! {
    /// One right that an operation of the API asks for.
    Permission as "permission" {
        /// Read connectors, systems, integrations, settings.
        ConfigurationRead = "configuration:read",
        /// Change systems and integrations.
        ConfigurationWrite = "configuration:write",
        /// Read runs, records, statistics.
        RunsRead = "runs:read",
        /// Read captured payloads and HTTP exchanges.
        PayloadsRead = "payloads:read",
        /// Run now, cancel.
        RunsWrite = "runs:write",
        /// Change settings.
        SettingsWrite = "settings:write",
        /// Read and change API tokens.
        TokensWrite = "tokens:write",
        /// Read and change members.
        MembersWrite = "members:write",
        /// Change or delete the tenant.
        TenantWrite = "tenant:write",
    }
}

impl Permission {
    /// The least role that has this permission.
    pub const fn least_role(self) -> Role {
        match self {
            Self::ConfigurationRead | Self::RunsRead | Self::PayloadsRead => Role::Viewer,
            Self::ConfigurationWrite | Self::RunsWrite => Role::Editor,
            Self::SettingsWrite | Self::TokensWrite | Self::MembersWrite => Role::Admin,
            Self::TenantWrite => Role::Owner,
        }
    }
}

impl Role {
    /// Whether this role may do what asks for `permission`.
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }

    /// Every permission of this role.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.may(*permission))
    }
}
