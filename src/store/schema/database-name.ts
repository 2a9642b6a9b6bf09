/** The database that holds the log, and the user that may append to it. */
export const NAMESPACE = 'riff';
export const DATABASE = 'riff';
export const DATABASE_USER = 'riff';
