/** What ids of calls are made of. */
export const TOOL_ID = /^[a-zA-Z0-9_-]+$/;
