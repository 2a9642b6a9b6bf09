/** The texts of the graph's host, in English; the page has its own. */
export const ENGLISH_HOST_STRINGS = {
  unreadableTitle: 'This file could not be read',
  unreadableRemedy: 'Check that the file exists and may be read, then try again.',
  emptyTitle: 'This file is empty',
  emptyMessage: 'There is nothing in it to show.',
  notSessionTitle: 'This does not look like an agent session',
  notSessionMessage: 'None of its {0} lines is a record with an id, so there is no conversation to draw.',
  notSessionRemedy: 'It can still be opened as text.',
  doneRepaired: 'Repaired.',
  doneMarked: '{0} of {1} repairs made.',
  doneReverted: 'Reverted.',
  doneIgnored: 'Ignored. Revert brings the finding back.',
  stale: 'The session has changed since this was shown; nothing was done.',
  staleRemedy: 'Look at the candidates again.',
  conflict: '{0} Nothing was done.',
  conflictRemedy: 'Look at the repair history, then decide again.',
  notOpen: 'The session is not open yet.',
  inPast: 'The graph shows another position of the repair log: nothing was changed.',
  inPastRemedy: 'Go back to now first.',
  cancelledByYou: 'Cancelled; nothing was done.',
  wrongVersion: 'This page belongs to another version of Riff.',
  wrongVersionRemedy: 'Close this editor and open it again.',
  badRequest: 'The page asked for something unknown ({0}).',
  failed: 'That did not work: {0}',
} as const;

export type HostStrings = Readonly<Record<keyof typeof ENGLISH_HOST_STRINGS, string>>;
