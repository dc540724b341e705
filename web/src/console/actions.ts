// What can be done with a conversation, by whom, and what is said when it was done.

import { useCallback, useMemo } from 'react';
import { useWords } from '../i18n';
import { ProblemError } from '../live/api';
import { maySee } from '../live/desk_state';
import { answersContacts, type Conversation, type Operator, type TransferBody } from '../live/wire';
import { useDesk, useRoom } from './room_context';
import { currentPlace, go } from './router';
import { useTell } from './Toasts';

export type ActionName = 'claim' | 'release' | 'transfer' | 'close' | 'reopen';

// In the order in which they stand in the header.
export function allowedActions(operator: Operator, conversation: Conversation): ActionName[] {
  if (!answersContacts(operator)) return [];
  const mine = conversation.owner?.id === operator.id;
  switch (conversation.state) {
    case 'waiting':
      return ['claim', 'transfer', 'close'];
    case 'attending':
      return mine ? ['release', 'transfer', 'close'] : ['claim', 'release', 'transfer', 'close'];
    case 'closed':
      return ['reopen'];
  }
}

export function mayReply(operator: Operator, conversation: Conversation): boolean {
  if (!answersContacts(operator)) return false;
  if (conversation.state === 'waiting') return true;
  return conversation.state === 'attending' && conversation.owner?.id === operator.id;
}

// Who keeps what `/` offers.
export function keepsQuickReplies({ role }: Operator): boolean {
  return role === 'supervisor' || role === 'admin';
}

export function useExplain(): (error: unknown) => string {
  const { t } = useWords();
  return useCallback(
    (error) => {
      if (!(error instanceof ProblemError)) throw error;
      const { owner } = error.problem;
      if (error.problemName === 'already-claimed' && owner) return t.pane.takenBy(owner.name);
      return t.problems[error.problemName] ?? t.problems.other;
    },
    [t],
  );
}

type Step = [name: ActionName, body?: TransferBody];

// What brings a conversation back to where it was, and to whose it was, before this operator closed
// it or gave it back.
export function stepsBack(
  name: 'close' | 'release',
  { owner }: Conversation,
  operator: Operator,
): Step[] {
  const opened: Step[] = name === 'close' ? [['reopen']] : [];
  if (!owner) return [...opened, ['release']];
  if (owner.id !== operator.id) return [...opened, ['transfer', { operator_id: owner.id }]];
  return name === 'close' ? opened : [['claim']];
}

export interface Actions {
  // False while the line is cut: what is done would not be known to be done.
  ready: boolean;
  run: (name: Exclude<ActionName, 'transfer'>, conversation: Conversation) => void;
  // Resolves to whether it was done.
  transfer: (conversation: Conversation, body: TransferBody, to: string) => Promise<boolean>;
}

export function useActions(): Actions {
  const { desk, operator, given } = useRoom();
  const { synced } = useDesk();
  const { t } = useWords();
  const tell = useTell();
  const explain = useExplain();

  return useMemo<Actions>(() => {
    const refuse = (error: unknown) => tell(explain(error), { danger: true });
    // Where one is by now: the answer may come after one has gone on to another conversation.
    const placeAt = ({ id }: Conversation) => {
      const place = currentPlace();
      return place.name === 'services' && place.conversationId === id ? place : null;
    };
    const follow = (conversation: Conversation) => {
      const place = placeAt(conversation);
      const { state } = conversation;
      if (place && state !== 'closed') go({ ...place, tab: state }, 'replace');
    };
    const undo = async (name: 'close' | 'release', before: Conversation) => {
      for (const [step, body] of stepsBack(name, before, operator)) {
        await desk.command(step, before.id, body);
      }
    };
    return {
      ready: synced,
      run: (name, conversation) => {
        desk.command(name, conversation.id).then((result) => {
          if (name === 'close' || name === 'release') {
            const run = () => void undo(name, conversation).catch(refuse);
            const done = name === 'close' ? t.toast.closed : t.toast.released;
            tell(done, { action: { label: t.toast.undo, run } });
          }
          if (result.conversation && name !== 'close') follow(result.conversation);
        }, refuse);
      },
      transfer: async (conversation, body, to) => {
        try {
          const { conversation: after } = await desk.command('transfer', conversation.id, body);
          const leaves = after !== undefined && !maySee(operator, after);
          if (leaves) {
            const transfer = { to, version: after.version };
            given.set({ away: new Map(given.read().away).set(conversation.id, transfer) });
          }
          // Where it goes out of sight, the pane says it.
          if (!leaves || !placeAt(conversation)) tell(t.toast.transferred(to));
          return true;
        } catch (error) {
          refuse(error);
          return false;
        }
      },
    };
  }, [desk, operator, given, synced, t, tell, explain]);
}

export function useSignOut(): () => void {
  const { signOut } = useRoom();
  const explain = useExplain();
  const tell = useTell();
  return useCallback(() => {
    signOut().catch((error: unknown) => tell(explain(error), { danger: true }));
  }, [signOut, tell, explain]);
}
