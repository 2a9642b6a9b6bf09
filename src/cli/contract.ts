/**
 * Version of the documents that commands print with `--json`. They grow by addition; where a name changes its meaning, this goes up and the
 * changelog says so.
 */
export const CONTRACT = 2;
