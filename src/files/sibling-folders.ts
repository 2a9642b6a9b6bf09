import type { FileLayout } from '../core/formats/format.ts';
import type { ByteSource } from '../core/transcript/source.ts';
import { FileSource } from './file-source.ts';
import { filesBelow, filesIn, type OnPassedOver } from './listed-files.ts';
import { beforePutAside, isAgentFile, isTranscript } from './transcript-names.ts';

/** The transcripts of one folder, absolute; those that were put aside under another name, too. */
export interface ListedTranscripts {
  readonly agents: readonly string[];
  /** Newest first. */
  readonly sessions: readonly string[];
}

/** Lists the folders around transcripts: each once where a run shares it, so that a folder of many sessions is not listed for each. */
export class SiblingFolders {
  private readonly listed = new Map<string, Promise<ListedTranscripts>>();
  private readonly sources = new Map<string, ByteSource>();
  private readonly onPassedOver: OnPassedOver;
  private readonly isShared: boolean;

  /**
   * @param onPassedOver told of what is named like a transcript and cannot be read
   * @param isShared whether what was listed stays as it was; false where folders change while they are looked at
   */
  constructor(onPassedOver: OnPassedOver, isShared: boolean) {
    this.onPassedOver = onPassedOver;
    this.isShared = isShared;
  }

  transcriptsIn(folder: string, layout: FileLayout): Promise<ListedTranscripts> {
    const known = this.listed.get(folder);
    if (known !== undefined) return known;
    const listing = this.list(folder, layout);
    if (this.isShared) this.listed.set(folder, listing);
    return listing;
  }

  async agentsBelow(folder: string, layout: FileLayout): Promise<string[]> {
    const files = await filesBelow(folder, (name) => isTranscript(name, layout), this.onPassedOver);
    return files.map(({ path }) => path);
  }

  /** The same for the same path where it is shared: what was read of it is known by it. */
  sourceOf(path: string): ByteSource {
    const source = this.sources.get(path) ?? new FileSource(path);
    if (this.isShared) this.sources.set(path, source);
    return source;
  }

  private async list(folder: string, layout: FileLayout): Promise<ListedTranscripts> {
    const files = await filesIn(folder, (name) => isTranscript(beforePutAside(name), layout), this.onPassedOver);
    const sessions = files.filter(({ path }) => !isAgentFile(path, layout)).sort((a, b) => b.modified - a.modified);
    return {
      agents: files.filter(({ path }) => isAgentFile(path, layout)).map(({ path }) => path),
      sessions: sessions.map(({ path }) => path),
    };
  }
}
