import { describe, expect, test } from 'vitest';
import { stepsBack } from '../src/console/actions';
import type { Conversation } from '../src/live/wire';
import { operator } from './desk_stage';
import { ana, bruno, conversation } from './samples';

describe('what was undone is back where it was', () => {
  const attended = (owner: Conversation['owner']) => conversation({ state: 'attending', owner });
  test.each<[string, 'close' | 'release', Conversation, ReturnType<typeof stepsBack>]>([
    ['waiting, closed', 'close', conversation({}), [['reopen'], ['release']]],
    ['one’s own, closed', 'close', attended(ana), [['reopen']]],
    ['one’s own, given back', 'release', attended(ana), [['claim']]],
    ['a colleague’s, closed', 'close', attended(bruno), [['reopen'], ['transfer', { operator_id: bruno.id }]]],
    ['a colleague’s, given back', 'release', attended(bruno), [['transfer', { operator_id: bruno.id }]]],
  ])('%s', (_, name, before, steps) => {
    expect(stepsBack(name, before, operator)).toEqual(steps);
  });
});
