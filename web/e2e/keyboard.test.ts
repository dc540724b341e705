// The keyboard alone.

import { beforeAll, describe, expect, test } from 'vitest';
import { useStage } from './stage';

const { server, person } = useStage();

beforeAll(async () => {
  const contact = await person();
  await contact.openChat();
  await contact.write('Hola, ¿tienen envíos a Rosario?', 'Martina Núñez');
  await contact.page.getByText('Recibimos su mensaje', { exact: false }).waitFor();
  await contact.close();
});

describe('the keyboard alone', () => {
  test('signs in, finds, answers, gives back, changes the language and signs out', async () => {
    const bruno = await person();
    const { page } = bruno;
    const { keyboard } = page;
    await page.goto(server.url);
    await page.getByLabel('Usuario').waitFor();
    await keyboard.type('bruno');
    await keyboard.press('Tab');
    await keyboard.type('demo');
    await keyboard.press('Enter');
    await page.getByText('Cómo se trabaja').waitFor();

    await keyboard.press('Alt+1');
    await bruno.row('Martina Núñez').waitFor();
    await bruno.tab('Espera').focus();
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await bruno.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'composer');
    await keyboard.type('Sí, todos los días');
    await keyboard.press('Enter');
    await page.getByRole('tab', { name: /Atendiendo/, selected: true }).waitFor();
    await page.getByRole('log').getByRole('img', { name: /Enviado|Entregado|Leído/ }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('composer');

    await keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('conversation-list');
    await keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'composer');

    await keyboard.press('Control+k');
    await keyboard.type('devolver');
    await keyboard.press('Enter');
    await page.getByText('Devuelta a Espera').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'composer');

    await keyboard.press('Control+k');
    await keyboard.type('português');
    await keyboard.press('Enter');
    await page.getByRole('link', { name: 'Serviços' }).waitFor();
    await keyboard.press('Control+k');
    await keyboard.type('escuro');
    await keyboard.press('Enter');
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await keyboard.press('Control+k');
    await keyboard.type('sair');
    await keyboard.press('Enter');
    await page.getByLabel('Usuário').waitFor();
    await bruno.close();
  });
});
