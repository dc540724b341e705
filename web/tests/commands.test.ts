import { beforeEach, describe, expect, test } from 'vitest';
import { Commands } from '../src/live/commands';
import { Line } from '../src/live/line';
import type { CommandFrame } from '../src/live/wire';
import { problem, settle, Stage } from './stage';

let stage: Stage;
let line: Line;
let commands: Commands;

const claim: CommandFrame = { type: 'command', id: 'k1', name: 'claim', conversation_id: 'c1' };
const sentKeys = () => stage.socket.commands().map(({ id }) => id);

beforeEach(() => {
  stage = new Stage();
  line = new Line(() => 'ws://test', { frame: () => {}, changed: () => {}, failed: () => {} }, stage);
  commands = new Commands(line);
  line.start();
  stage.socket.accept();
});

describe('a command under way', () => {
  test('survives a cut, and goes again with its key', async () => {
    const done = commands.run(claim);
    stage.socket.drop();
    stage.pass(1_000);
    stage.socket.accept();
    expect(sentKeys()).toEqual([]);
    commands.sendAgain();
    expect(stage.socket.sent).toEqual([claim]);
    commands.done('k1', { position: 7 });
    await expect(done).resolves.toEqual({ position: 7 });
    commands.sendAgain();
    expect(sentKeys()).toEqual(['k1']);
  });

  test('without an answer in time means that the line is dead', () => {
    void commands.run(claim);
    stage.pass(14_999);
    expect(line.state.kind).toBe('open');
    stage.pass(1);
    expect(line.state.kind).toBe('waiting');
  });

  test('that was answered leaves the line alone', () => {
    void commands.run(claim);
    commands.done('k1', {});
    stage.pass(15_000);
    expect(line.state.kind).toBe('open');
  });

  test('goes again when a busy server says so, and only on the line that it was asked on', () => {
    void commands.run(claim);
    commands.refused('k1', problem('overloaded', 503, { retry_after_s: 3 }));
    stage.pass(2_999);
    expect(sentKeys()).toEqual(['k1']);
    stage.pass(1);
    expect(sentKeys()).toEqual(['k1', 'k1']);
    commands.refused('k1', problem('lagging', 503));
    stage.socket.drop();
    stage.pass(500);
    stage.socket.accept();
    stage.pass(2_000);
    expect(sentKeys()).toEqual([]);
  });

  test('that a busy server puts off has its time for an answer from when it went last', () => {
    void commands.run(claim);
    stage.pass(14_000);
    commands.refused('k1', problem('overloaded', 503, { retry_after_s: 3 }));
    stage.pass(3_000);
    expect(sentKeys()).toEqual(['k1', 'k1']);
    stage.pass(14_999);
    expect(line.state.kind).toBe('open');
    stage.pass(1);
    expect(line.state.kind).toBe('waiting');
  });

  test('that is refused for good says why, and does not go again', async () => {
    const done = commands.run(claim);
    const refusal = expect(done).rejects.toMatchObject({ problemName: 'already-claimed' });
    commands.refused('k1', problem('already-claimed', 409));
    await refusal;
    commands.sendAgain();
    await settle();
    expect(sentKeys()).toEqual(['k1']);
  });
});
