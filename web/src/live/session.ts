// The operator's session, as far as the desk has to know of it: whether it has ended.

import { hasStatus, type CallServer } from './api';

export class Session {
  private renewal: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly call: CallServer,
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

  async check(): Promise<void> {
    await this.renewal;
    try {
      await this.call('/me');
    } catch (error) {
      if (hasStatus(error, 401)) this.ended();
    }
  }
}
