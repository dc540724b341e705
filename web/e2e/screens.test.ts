// What axe finds on every screen, in light and dark.

import { beforeAll, describe, expect, test } from 'vitest';
import { Looking } from './axe';
import { files } from './samples';
import { type Person, useStage } from './stage';

const { server, person, somebodyWaits } = useStage();
// Screens are looked at as they are, not on their way from one to another.
const still = { reducedMotion: 'reduce' } as const;

beforeAll(somebodyWaits);

describe('axe, in light and dark', () => {
  test('finds nothing serious on any screen', async () => {
    const somebody = await person(still);
    const { page } = somebody;
    const looking = new Looking();
    const look = (screen: string) => looking.at(page, screen);
    await page.goto(server.url);
    await page.getByLabel('Usuario').waitFor();
    await look('sign-in');
    await somebody.signIn('ana');
    await page.getByText('Cómo se trabaja').waitFor();
    await look('home');
    await somebody.openServices();
    await somebody.row('Martina Núñez').waitFor();
    await look('list');
    await somebody.row('Martina Núñez').click();
    await somebody.bubble('Hola, ¿tienen envíos a Rosario?').waitFor();
    await look('conversation');
    await page.keyboard.type('/');
    await page.getByRole('option', { name: /Saludo/ }).waitFor();
    await look('quick replies');
    await page.keyboard.press('Backspace');
    await somebody.button(somebody.t.emoji.open).click();
    await page.getByRole('gridcell').first().waitFor();
    await look('emoji');
    await page.keyboard.press('Escape');
    await somebody.button(somebody.t.attach.open).click();
    await page.getByText('JPG · JPEG · PNG').waitFor();
    await look('files');
    await page.keyboard.press('Escape');
    await somebody.record();
    await look('recording');
    await somebody.button(somebody.t.voice.cancel).click();
    await page.getByRole('button', { name: 'Transferir' }).click();
    await page.getByRole('button', { name: /Bruno Díaz/ }).waitFor();
    await look('transfer');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await look('palette');
    await page.keyboard.press('Escape');
    await somebody.tab('Atendiendo').click();
    await page.getByText('Sin conversaciones en curso').waitFor();
    await look('empty list');
    await page.goto(`${server.url}/#/perfil`);
    await page.getByRole('heading', { name: somebody.t.profile.title }).waitFor();
    await look('profile');
    await somebody.openChat();
    await look('chat');
    await page.setViewportSize({ width: 390, height: 844 });
    await look('chat');
    await page.goto(`${server.url}/#/servicios/espera`);
    await somebody.row('Martina Núñez').waitFor();
    await look('list');
    await page.goto(`${server.url}/#/perfil`);
    await page.getByRole('heading', { name: somebody.t.profile.title }).waitFor();
    await look('profile');
    await somebody.close();
    expect(looking.found).toEqual({});
  });

  test('finds nothing serious where quick replies are kept', async () => {
    const sofia = await person(still);
    const { t, page } = sofia;
    const looking = new Looking();
    await sofia.signIn('sofia', '#/respuestas');
    await page.getByRole('heading', { name: 'Horario de atención' }).waitFor();
    await looking.at(page, 'quick replies kept');
    await sofia.button(t.quickPage.add).click();
    await page.getByLabel(t.quickPage.text, { exact: true }).fill('Hola {{contact.name}}');
    await page.getByText(t.quickPage.preview).waitFor();
    await looking.at(page, 'quick reply');
    await page.setViewportSize({ width: 390, height: 844 });
    await looking.at(page, 'quick reply');
    await sofia.close();
    expect(looking.found).toEqual({});
  });

  test('finds nothing serious while files and recordings go both ways', async () => {
    const looking = new Looking();
    const [contact, ana] = await Promise.all([
      person(still),
      person(still),
    ]);
    const { t, page } = ana;
    const name = 'Vera Archivos';
    await contact.openChat();
    await contact.write('Le mando unas fotos', name);
    await contact.choose(files.picture(), files.pdf());
    await contact.page.getByText(t.attach.done, { exact: false }).nth(1).waitFor();
    await looking.at(contact.page, 'chat, files');
    await contact.page
      .getByRole('dialog')
      .getByRole('button', { name: t.attach.sendMany(2) })
      .click();
    await contact.page.locator('.thumbnail img').nth(1).waitFor();
    await contact.record();
    await looking.at(contact.page, 'chat, recording');
    await contact.button(t.voice.send).click();
    await contact.page.getByRole('log').locator('.player--voice').waitFor();
    await looking.at(contact.page, 'chat, files sent');

    await ana.signIn('ana', '#/servicios/espera');
    await ana.row(name).click();
    await page.locator('.thumbnail img').nth(1).waitFor();
    await page.getByRole('log').locator('.file-card').waitFor();
    await page.getByRole('log').locator('.player--voice').waitFor();
    await looking.at(page, 'files in bubbles');
    await ana.button(t.files.open('Vidriera.png')).click();
    const viewer = page.getByRole('dialog', { name: /Vidriera.png/ });
    await viewer.getByRole('img').waitFor();
    await looking.at(page, 'lightbox');
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    await ana.choose(files.program());
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await looking.at(page, 'a file that is refused');
    await ana.button(t.attach.cancel).click();

    await page.setViewportSize({ width: 390, height: 844 });
    await looking.at(page, 'conversation');
    await ana.button(t.pane.contact).click();
    await page.getByRole('complementary', { name: t.contact.title }).waitFor();
    await looking.at(page, 'contact');
    await Promise.all([contact.close(), ana.close()]);
    expect(looking.found).toEqual({});
  });

  test('finds nothing serious as a conversation is taken, watched and closed', async () => {
    const looking = new Looking();
    const [contact, ana, bruno, sofia, aldo] = (await Promise.all(
      [1, 2, 3, 4, 5].map(() => person(still)),
    )) as [Person, Person, Person, Person, Person];
    const { t } = ana;
    const name = 'Tomás Tomada';
    await contact.openChat();
    await contact.write('Buenas', name);
    await allowedToAsk(bruno);
    await Promise.all([ana.signIn('ana', '#/servicios/espera'), bruno.signIn('bruno')]);
    await bruno.page.getByText(t.notices.ask).waitFor();
    await looking.at(bruno.page, 'the question about notices');
    await bruno.openServices();
    await Promise.all([ana, bruno].map((each) => each.row(name).click()));
    await bruno.box.fill('Ya le respondo');
    await ana.say('Dígame');
    await bruno.page.getByText(t.pane.takenBy('Ana Ribas')).waitFor();
    await bruno.button(t.pane.copyDraft).waitFor();
    await looking.at(bruno.page, 'taken by somebody else');

    await Promise.all([
      sofia.signIn('sofia', '#/servicios/atendiendo'),
      aldo.signIn('aldo', '#/servicios/atendiendo'),
    ]);
    await Promise.all([sofia, aldo].map((each) => each.row(name).click()));
    await sofia.button(t.pane.takeOver).waitFor();
    await looking.at(sofia.page, 'a supervisor’s view');
    await aldo.page.getByText(t.pane.readOnly).waitFor();
    await aldo.bubble('Dígame').waitFor();
    await looking.at(aldo.page, 'an auditor’s view');

    await ana.button(t.pane.close).click();
    await ana.button(t.toast.undo).waitFor();
    await looking.at(ana.page, 'what can be undone');
    await ana.tab('Cerradas').click();
    await ana.row(name).click();
    await ana.button(t.pane.reopen).waitFor();
    await looking.at(ana.page, 'closed');
    await ana.context.setOffline(true);
    await ana.page.getByText(/Sin conexión/).waitFor();
    await looking.at(ana.page, 'without a line');

    await contact.page.goto(`${server.url}/chat?department=nada`);
    await contact.page.getByText(t.chat.noDepartment).waitFor();
    await looking.at(contact.page, 'chat of no department');
    await Promise.all([contact, ana, bruno, sofia, aldo].map((each) => each.close()));
    expect(looking.found).toEqual({});
  });
});

// A browser without a desktop refuses notices before anybody asks; this one leaves the question open.
async function allowedToAsk(person: Person): Promise<void> {
  await person.page.addInitScript(() =>
    Object.defineProperty(Notification, 'permission', { value: 'default' }),
  );
}
