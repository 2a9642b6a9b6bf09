/** Number of the newest migration, which a client of this version expects. Only the service contains the migrations themselves. */
export const SCHEMA_VERSION = 3;
