// Rules R1, R2 and R4 of docs/PROTOCOL.md, from the client's side.
import { beforeEach, describe, expect, test } from 'vitest';
import { Sync } from '../src/live/sync';
import { settle } from './stage';

let held: number;
let told: string[];
let reads: { show: () => void; fail: (error: unknown) => void }[];
let sync: Sync<{ type: 'changes'; position: number }>;

beforeEach(() => {
  held = 0;
  told = [];
  reads = [];
  sync = new Sync(
    {
      send: (frame) => told.push(frame.type === 'resume' ? `resume ${frame.position}` : frame.type),
      settled: () => {},
    },
    {
      position: () => held,
      readAnew: (position) =>
        new Promise((resolve, fail) => {
          told.push(`read ${position}`);
          const put = () => {
            held = position;
            told.push(`show ${position}`);
          };
          reads.push({ show: () => resolve(put), fail });
        }),
      apply: ({ position }) => {
        held = position;
        told.push(`apply ${position}`);
      },
      reached: (position) => {
        held = Math.max(held, position);
        told.push(`reached ${position}`);
      },
      caughtUp: () => told.push('caught up'),
      failed: () => told.push('failed'),
    },
  );
});

const say = (type: 'hello' | 'changes' | 'caught_up' | 'resync', position: number) =>
  sync.receive({ type, position });

async function readOnce(position: number): Promise<void> {
  say('hello', position);
  reads.at(-1)!.show();
  await settle();
  told = [];
}

describe('a client', () => {
  test('reads everything at its first greeting, and applies what was pushed meanwhile after it', async () => {
    say('hello', 10);
    say('changes', 9);
    say('changes', 11);
    say('caught_up', 11);
    expect(told).toEqual(['resume 10', 'read 10']);
    reads[0]!.show();
    await settle();
    expect(told.slice(2)).toEqual(['show 10', 'apply 11', 'caught up']);
  });

  test('resumes after a cut where it stood', async () => {
    await readOnce(10);
    say('changes', 12);
    sync.cut();
    say('hello', 20);
    say('changes', 15);
    say('caught_up', 20);
    expect(told).toEqual(['apply 12', 'resume 12', 'apply 15', 'reached 20', 'caught up']);
  });

  test('lets an old frame change nothing', async () => {
    await readOnce(10);
    say('changes', 10);
    expect(told).toEqual([]);
  });

  test.each([
    ['from a server whose log is another', 'hello', 3],
    ['when it is told to', 'resync', 9_000],
  ] as const)('reads everything anew %s', async (_, type, position) => {
    await readOnce(10);
    say(type, position);
    expect(told).toEqual([`resume ${position}`, `read ${position}`]);
  });

  test('drops what it was reading when the line was cut meanwhile', async () => {
    say('hello', 10);
    sync.cut();
    say('hello', 11);
    reads[0]!.show();
    await settle();
    expect(told).toEqual(['resume 10', 'read 10', 'resume 11', 'read 11']);
    reads[1]!.show();
    await settle();
    expect(told.slice(4)).toEqual(['show 11', 'caught up']);
  });

  test('counts nothing that was asked for while it was reading everything anew', async () => {
    say('hello', 10);
    const { generation } = sync;
    reads[0]!.show();
    await settle();
    expect(sync.generation).toBeGreaterThan(generation);
  });

  test('says that reading failed, unless the line was cut before', async () => {
    say('hello', 10);
    reads[0]!.fail(new Error('lost'));
    await settle();
    expect(told.at(-1)).toBe('failed');
    say('hello', 11);
    sync.cut();
    reads[1]!.fail(new Error('lost'));
    await settle();
    expect(told.slice(3)).toEqual(['resume 11', 'read 11']);
  });

  test('has nothing to resume from once it forgot', async () => {
    await readOnce(10);
    sync.forget();
    say('hello', 12);
    expect(told).toEqual(['resume 12', 'read 12']);
  });

  test('asks for a sign where it stands, which changes nothing', async () => {
    await readOnce(10);
    say('changes', 12);
    sync.probe();
    say('changes', 12);
    say('caught_up', 12);
    expect(told).toEqual(['apply 12', 'resume 12', 'reached 12']);
  });

  test('asks for a sign from where it reads everything anew', async () => {
    await readOnce(10);
    say('resync', 20);
    sync.probe();
    say('caught_up', 20);
    expect(told).toEqual(['resume 20', 'read 20', 'resume 20']);
    reads.at(-1)!.show();
    await settle();
    expect(told.slice(3)).toEqual(['show 20', 'caught up']);
  });
});
