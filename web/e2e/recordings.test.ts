// A recording that is neither sent nor thrown away, when something comes between.

import { beforeEach, describe, expect, test } from 'vitest';
import { type Person, useStage } from './stage';

const { person } = useStage();
let count = 0;
let ana: Person;
let contact: Person;
let other: Person;
let name: string;
let otherName: string;

beforeEach(async () => {
  count += 1;
  [name, otherName] = [`Uno ${count}`, `Dos ${count}`];
  [ana, contact, other] = await Promise.all([person(), person(), person()]);
  await Promise.all([contact.openChat(), other.openChat()]);
  await contact.write('Hola', name);
  await other.write('Buenas', otherName);
  await ana.signIn('ana', '#/servicios/espera');
  await ana.row(`${otherName} `).waitFor();
  await ana.row(`${name} `).click();
  await ana.bubble('Hola').waitFor();
  return () => Promise.all([ana.close(), contact.close(), other.close()]);
});

const players = ({ page }: Person) => page.getByRole('log').locator('.player--voice');

async function isHeard({ page, t }: Person): Promise<void> {
  await page.getByRole('button', { name: t.files.play, exact: true }).click();
  await page.waitForFunction(() => {
    const audio = document.querySelector<HTMLAudioElement>('.recorder audio');
    return audio !== null && (audio.currentTime > 0 || audio.ended);
  });
}

describe('a recording', () => {
  test.each([
    ['that is running', () => ana.beginRecording()],
    ['that is finished', () => ana.record()],
  ])('%s stays with its conversation while one is at another', async (_, record) => {
    const { t, page } = ana;
    await record();
    await ana.row(`${otherName} `).click();
    await ana.bubble('Buenas').waitFor();
    await ana.row(`${name} `).getByText('🎙 0:0', { exact: false }).waitFor();
    expect(await page.getByRole('timer').count()).toBe(0);
    await ana.say('Ya le atiendo');
    await other.bubble('Ya le atiendo').waitFor();
    await ana.tab('Espera').click();
    await ana.row(`${name} `).click();
    await isHeard(ana);
    await ana.button(t.voice.send).click();
    await players(contact).waitFor();
    expect(await players(contact).count()).toBe(1);
    expect(await players(other).count()).toBe(0);
    await page.waitForFunction(() => document.activeElement?.id === 'composer');
    expect(ana.complaints).toEqual([]);
  });

  test('that is thrown away on coming back is gone', async () => {
    await ana.beginRecording();
    await ana.row(`${otherName} `).click();
    await ana.bubble('Buenas').waitFor();
    await ana.row(`${name} `).click();
    await ana.button(ana.t.voice.cancel).click();
    await ana.box.waitFor();
    await ana.row(`${otherName} `).click();
    await ana.bubble('Buenas').waitFor();
    expect(await ana.row(`${name} `).getByText('🎙', { exact: false }).count()).toBe(0);
    await ana.row(`${name} `).click();
    await ana.bubble('Hola').waitFor();
    await ana.box.waitFor();
  });

  test.each([
    ['that is running', () => ana.beginRecording()],
    ['that is finished', () => ana.record()],
  ])('%s stays when somebody else takes the conversation, and may be sent once it is back', async (_, record) => {
    const { t, page } = ana;
    const bruno = await person();
    await bruno.signIn('bruno', '#/servicios/espera');
    await bruno.row(`${name} `).click();
    await bruno.bubble('Hola').waitFor();
    await record();
    await bruno.say('Le atiendo yo');
    await page.getByText(t.pane.takenBy('Bruno Díaz')).waitFor();
    await page.getByText(t.voice.kept).waitFor();
    await isHeard(ana);
    expect(await ana.button(t.voice.send).isDisabled()).toBe(true);
    await ana.keepPicture('recording-taken');
    await bruno.button(t.pane.release).click();
    await ana.button(t.voice.send).and(page.locator(':enabled')).click();
    await players(contact).waitFor();
    expect(await players(contact).count()).toBe(1);
    expect(ana.complaints).toEqual([]);
    await bruno.close();
  });
});
