/** Exit codes of the service, for the process that started it. */
export const EXIT = {
  /** Idle, told to stop, or another service has the directory. */
  done: 0,
  internal: 1,
  engineUnavailable: 10,
  locked: 11,
  schemaTooNew: 12,
  /** The data directory is full or read-only. */
  notWritable: 13,
} as const;
