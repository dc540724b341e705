import { useEffect, useState } from 'react';
import { allPages } from '../live/all_pages';
import { call } from '../live/api';
import type { Department } from '../live/wire';
import { useRoom } from './room_context';

// One's own departments; an auditor's and an admin's are all there are.
export function useOwnDepartments(): Department[] {
  const { operator } = useRoom();
  const all = operator.role === 'auditor' || operator.role === 'admin';
  const [departments, setDepartments] = useState<Department[]>([]);
  useEffect(() => {
    if (!all) return;
    allPages<Department>(call, '/departments').then(setDepartments, () => {
      // Without them there is nothing to choose from, and everything is shown.
    });
  }, [all]);
  return all ? departments : operator.departments;
}
