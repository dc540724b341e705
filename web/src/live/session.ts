// The operator's session, as far as the desk has to know of it: whether it has ended. In one browser
// it ends, too, when somebody else signs in there: the cookie is theirs from then on.

import { hasStatus, type CallServer } from './api';
import type { Operator } from './wire';

export class Session {
  private renewal: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly call: CallServer,
    private readonly operatorId: string,
    private readonly ended: () => void,
  ) {}

  // Every other session ends with it, and this one's line too before the answer brings the new one.
  async changePassword(current: string, wanted: string): Promise<void> {
    const asked = this.call('/me/password', {
      method: 'PUT',
      body: { current_password: current, new_password: wanted },
    });
    this.renewal = asked.catch(() => {});
    await asked;
  }

  // Whether it is that operator's; if not, it has ended.
  belongsTo({ id }: Operator): boolean {
    if (id !== this.operatorId) this.ended();
    return id === this.operatorId;
  }

  async check(): Promise<void> {
    await this.renewal;
    try {
      this.belongsTo(await this.call<Operator>('/me'));
    } catch (error) {
      if (hasStatus(error, 401)) this.ended();
    }
  }
}
