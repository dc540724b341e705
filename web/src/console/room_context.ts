import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Desk, DeskSnapshot } from '../live/desk';
import type { Operator } from '../live/wire';

export interface Room {
  desk: Desk;
  operator: Operator;
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
