/** Number of the newest migration: what a client of this version expects. The migrations themselves are in the service alone. */
export const SCHEMA_VERSION = 3;
