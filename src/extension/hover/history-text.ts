import type { RepairEvent } from '../../core/log/event.ts';
import { eventsAbout, eventTitle } from '../../core/log/event-text.ts';
import type { OpenSession } from '../session/open-session.ts';
import { recordName, shortTime } from '../session/record-name.ts';
import { SafeMarkdown } from './safe-markdown.ts';

/** Older events are in the repair log. */
const MOST_SHOWN = 10;

/** The repairs of a record, newest first, each with a link to take it back; null when there are none. */
export async function historyMarkdown(session: OpenSession, uuid: string): Promise<SafeMarkdown | null> {
  const about = eventsAbout(session.events, uuid)
    .filter(({ event_type }) => event_type !== 'reverted')
    .reverse();
  if (about.length === 0) return null;
  const markdown = new SafeMarkdown();
  markdown.own('**Repair history**\n\n');
  for (const event of about.slice(0, MOST_SHOWN)) await writeEvent(markdown, session, event);
  if (about.length > MOST_SHOWN) markdown.own(`- and ${about.length - MOST_SHOWN} older\n`);
  return markdown;
}

async function writeEvent(markdown: SafeMarkdown, session: OpenSession, event: RepairEvent): Promise<void> {
  const isActive = session.activeEventIds.has(event.event_id);
  const strike = isActive ? '' : '~~';
  markdown
    .own(`- ${strike}`)
    .text(event.operator)
    .own(`, ${shortTime(event.timestamp)}: `);
  await writeDeed(markdown, session, event);
  const confidence = event.payload['confidence'];
  if (typeof confidence === 'string') markdown.own(' · ').text(confidence);
  if (event.similarity_score !== null) markdown.own(` · ${event.similarity_score.toFixed(2)}`);
  markdown.own(strike);
  if (session.waitingEventIds.has(event.event_id)) markdown.own(' · *waiting for the store*');
  const why = event.reason !== '' ? event.reason : firstReason(event);
  if (why !== null) markdown.own('  \n  ').text(why);
  if (isActive) markdown.own(' · ').command('Revert', 'riff.revert', [session.uri.toString(), event.event_id]);
  else writeRevert(markdown, session, event);
  markdown.own('\n');
}

async function writeDeed(markdown: SafeMarkdown, session: OpenSession, event: RepairEvent): Promise<void> {
  if (event.event_type !== 'parent_repaired') {
    markdown.text(eventTitle(event));
    return;
  }
  markdown
    .own('from ')
    .text(await recordName(session.model.records, event.old_parent_uuid))
    .own(' to ')
    .text(await recordName(session.model.records, event.new_parent_uuid));
}

function writeRevert(markdown: SafeMarkdown, session: OpenSession, event: RepairEvent): void {
  const revert = session.events.findLast(
    ({ event_id, reverts_event_id }) => reverts_event_id === event.event_id && session.activeEventIds.has(event_id),
  );
  if (revert === undefined) return;
  markdown
    .own('  \n  reverted by ')
    .text(revert.operator)
    .own(`, ${shortTime(revert.timestamp)}`);
  if (revert.reason !== '') markdown.own(': ').text(revert.reason);
}

function firstReason(event: RepairEvent): string | null {
  const reasons = event.payload['reasons'];
  const first = Array.isArray(reasons) ? reasons[0] : undefined;
  return typeof first === 'string' ? first : null;
}
