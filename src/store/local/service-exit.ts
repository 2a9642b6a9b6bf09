/** How the service ends, for the process that started it. */
export const EXIT = {
  /** Idle, told to stop, or another service has the directory. */
  done: 0,
  internal: 1,
  engineUnavailable: 10,
  locked: 11,
  schemaTooNew: 12,
  /** The data directory takes nothing: full, or only to be read. */
  notWritable: 13,
} as const;
