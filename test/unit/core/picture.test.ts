import { beforeAll, describe, expect, it } from 'vitest';
import { dotText } from '../../../src/core/picture/dot.ts';
import { draw } from '../../../src/core/picture/draw.ts';
import { mermaidText, mermaidWarning } from '../../../src/core/picture/mermaid.ts';
import type { Picture } from '../../../src/core/picture/picture.ts';
import { svgText } from '../../../src/core/picture/svg.ts';
import { pictureOf } from '../../../src/core/session/graph/picture-of.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { hostileSession } from '../../support/hostile-session.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../support/records.ts';

let hostile: Picture;

async function drawn(text: string, detail: 'prompts' | 'messages' | 'whole' = 'whole'): Promise<Picture> {
  const { judgement, graph } = await SessionAnalysis.open(memoryPorts(text));
  return pictureOf(graph, (await judgement.summary()).sessionId, detail);
}

beforeAll(async () => {
  hostile = await drawn(hostileSession(20_000));
});

const UNSEEN = /[\p{Cf}\p{Cs}\p{Co}\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u;

describe('a graph of attacks', () => {
  it('as SVG holds nothing but shapes and text', () => {
    const svg = svgText(hostile);
    // Each line is one whole element of ours, and between its tags stands no markup.
    const element =
      /^<(?:svg|rect|path|circle|text|title)(?: [a-zA-Z-]+="[^"<>&]*")*(?:\/>|>|>(?:[^<>&]|&(?:amp|lt|gt|quot|#39);)*<\/(?:text|title)>)$|^<\/svg>$/;
    expect(
      svg
        .trimEnd()
        .split('\n')
        .filter((line) => !element.test(line)),
    ).toEqual([]);
    expect(svg).not.toMatch(/<[^>]* (?:on\w+|href|xlink:href|style|src)=/);
    expect(svg).not.toMatch(UNSEEN);
    expect(svg).toContain('&lt;script&gt;');
  });

  it('as Mermaid holds nothing but nodes, links and classes', () => {
    const text = mermaidText(hostile);
    const label = String.raw`"(?:[\p{L}\p{M}\p{N} .,:_/()+=…-]|#\d+;)*"`;
    const line = new RegExp(
      String.raw`^(?:%% .*|flowchart TB|  n\d+(?:\[${label}\]|\(\[${label}\]\)|\{\{${label}\}\}):::\w+|  n\d+ (?:-->|-\.->\|suggested\|) n\d+|  classDef \w+ [\w#:,\- ]+)$`,
      'u',
    );
    expect(
      text
        .trimEnd()
        .split('\n')
        .filter((one) => !line.test(one)),
    ).toEqual([]);
    expect(text).not.toMatch(UNSEEN);
  });

  it('as DOT holds nothing but nodes and edges', () => {
    const text = dotText(hostile);
    const quoted = String.raw`"(?:[^"\\&<>\n]|\\["\\]|&(?:amp|lt|gt);)*"`;
    const line = new RegExp(
      String.raw`^(?:digraph session \{|\}|  label=${quoted}; labelloc=t; rankdir=TB;|  node \[.*\];|  n\d+ \[label=${quoted}[\w#=,". ]*\];|  n\d+ -> n\d+(?: \[[\w#=,". ]*\])?;)$`,
    );
    expect(
      text
        .trimEnd()
        .split('\n')
        .filter((one) => !line.test(one)),
    ).toEqual([]);
    expect(text).not.toMatch(UNSEEN);
  });
});

describe('a graph', () => {
  it('links each record with its parent, and an orphan with the one that is suggested', async () => {
    const picture = await drawn(lines(conversation(6).filter(({ id }) => id !== idOf(3))));
    const text = mermaidText(picture);
    for (const link of ['n0 --> n1', 'n1 --> n2', 'n3 --> n4', 'n2 -.->|suggested| n3']) expect(text).toContain(`  ${link}\n`);
    expect(text).toContain(':::orphan');
    const svg = svgText(picture);
    expect(svg.match(/<path /g)).toHaveLength(4);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(svg).toContain('answer 5');
    expect(dotText(picture)).toContain('n2 -> n3 [style=dashed');
  });

  it('of prompts, of messages and of all records gets larger', async () => {
    const text = hostileSession(100);
    const sizes = await Promise.all(
      (['prompts', 'messages', 'whole'] as const).map(async (detail) => (await drawn(text, detail)).rows.length),
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes[0]).toBeLessThan(sizes[2] ?? 0);
  });

  it('that renderers refuse comes with a warning', async () => {
    const large = await drawn(lines(conversation(600)));
    expect(draw(large, 'mermaid').warning).toMatch(/500 links or 50,000 characters; this has 600/);
    expect(draw(large, 'svg').warning).toBeNull();
    const small = await drawn(lines(conversation(6)));
    expect(mermaidWarning(small, mermaidText(small))).toBeNull();
  });

  it('of no rows is a document all the same', () => {
    const none = { title: 'Session', rows: [] };
    expect(svgText(none)).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(dotText(none)).toMatch(/^digraph session \{[\s\S]*\}\n$/);
  });
});
