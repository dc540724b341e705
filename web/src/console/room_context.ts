import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Desk, DeskSnapshot } from '../live/desk';
import type { Store } from '../live/store';
import type { Operator } from '../live/wire';
import type { GivenAway } from './given_away';

export interface Room {
  desk: Desk;
  operator: Operator;
  given: Store<{ away: GivenAway }>;
  // Rejects when the server could not be told.
  signOut: () => Promise<void>;
}

export const RoomContext = createContext<Room | null>(null);

export function useRoom(): Room {
  const room = useContext(RoomContext);
  if (!room) throw new Error('useRoom outside of a room');
  return room;
}

export function useDesk(): DeskSnapshot {
  const { desk } = useRoom();
  return useSyncExternalStore(desk.subscribe, desk.read);
}

export function useGivenAway(): GivenAway {
  const { given } = useRoom();
  return useSyncExternalStore(given.subscribe, given.read).away;
}
