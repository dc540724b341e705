import { useEffect, useState } from 'react';
import { call } from '../live/api';
import type { Department, Page } from '../live/wire';
import { useRoom } from './room_context';

// One's own departments; an auditor's and an admin's are all there are.
export function useOwnDepartments(): Department[] {
  const { operator } = useRoom();
  const all = operator.role === 'auditor' || operator.role === 'admin';
  const [departments, setDepartments] = useState(all ? [] : operator.departments);
  useEffect(() => {
    if (!all) return;
    call<Page<Department>>('/departments', { query: { limit: 200 } }).then(
      (page) => setDepartments(page.items),
      () => {
        // Without them there is nothing to choose from, and everything is shown.
      },
    );
  }, [all]);
  return departments;
}
