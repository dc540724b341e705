// The small pure pieces of the console.
import { describe, expect, test, vi } from 'vitest';
import { arrange, fold, matches } from '../src/console/arrange';
import { givenTo, withoutReturned, type GivenAway } from '../src/console/given_away';
import { filledIn, filtered, isAllOf, slashBefore } from '../src/console/quick/quick_replies';
import { keysByContent } from '../src/console/quick/quick_store';
import { parsePlace, placeHash, type Place } from '../src/console/router';
import { tabOf } from '../src/console/tab_keys';
import { formats, warmth } from '../src/i18n/formats';
import { en } from '../src/i18n/en';
import { es } from '../src/i18n/es';
import { pt } from '../src/i18n/pt';
import { preferredLanguage } from '../src/i18n';
import * as out from '../src/live/outbox';
import { uuid } from '../src/live/uuid';
import { codePoints, upToCodePoints } from '../src/live/wire';
import { initials } from '../src/ui/Avatar';
import { ana, conversation, message } from './samples';

const rows = (...ids: string[]) => ids.map((id) => conversation({ id }));
const shownIds = (shown: { conversation: { id: string }; gone: boolean }[]) =>
  shown.map(({ conversation: { id }, gone }) => (gone ? `(${id})` : id));

describe('what one gave away', () => {
  const given: GivenAway = new Map([['c1', { to: 'Bruno', version: 3 }]]);
  const as = (version: number) => conversation({ version });
  const taken = (version: number) => ({ conversation: as(version), owner: null });

  test('is said where it went by that', () => {
    expect(givenTo(given, 'c1', taken(2))).toBe('Bruno');
    expect(givenTo(given, 'c2', taken(2))).toBe(null);
    expect(givenTo(given, 'c1', taken(4))).toBe(null);
  });

  test('is forgotten when it is in sight again, and not while it still is as it went', () => {
    expect(withoutReturned(given, new Map())).toBe(given);
    expect(withoutReturned(given, new Map([['c1', as(3)]]))).toBe(given);
    expect(withoutReturned(given, new Map([['c1', as(4)]])).size).toBe(0);
  });
});

describe('a list under a pointer', () => {
  test.each([
    ['keeps the places of rows that moved', rows('a', 'b', 'c'), rows('c', 'a', 'b'), ['a', 'b', 'c'], 0],
    ['keeps a shadow of rows that went', rows('a', 'b', 'c'), rows('a', 'c'), ['a', '(b)', 'c'], 0],
    ['takes new rows at its end', rows('a', 'b'), rows('a', 'b', 'n'), ['a', 'b', 'n'], 0],
    ['holds new rows back that belong before', rows('a', 'b'), rows('n', 'a', 'm', 'b'), ['a', 'b'], 2],
    ['takes everything when it was empty', [], rows('a', 'b'), ['a', 'b'], 0],
  ])('%s', (_, still, now, expected, held) => {
    const arranged = arrange(still, now);
    expect(shownIds(arranged.shown)).toEqual(expected);
    expect(arranged.held).toBe(held);
  });

  test('shows a row as it is now', () => {
    const { shown } = arrange(rows('a'), [conversation({ id: 'a', preview: 'nuevo' })]);
    expect(shown[0]?.conversation.preview).toBe('nuevo');
  });
});

describe('a search', () => {
  test('looks past accents and case', () => {
    expect(fold('NÚÑEZ')).toBe('nunez');
    expect(matches(conversation({}), fold('nuñez'))).toBe(true);
    expect(matches(conversation({ preview: 'Envío a Córdoba' }), fold('ENVIO'))).toBe(true);
    expect(matches(conversation({}), fold('Pérez'))).toBe(false);
  });
});

describe('an idempotency key', () => {
  test('is a UUID also where the browser has no ready one', () => {
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(uuid()).toMatch(form);
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(0xff) });
    expect(uuid()).toMatch(form);
    vi.unstubAllGlobals();
  });
});

describe('a form of a quick reply', () => {
  test('has one key for what is saved once more, and another for what was changed', () => {
    const keyOf = keysByContent();
    const draft = { title: 'Envíos', text: 'A todo el país', department: null, attachment: null };
    const first = keyOf(draft);
    expect(keyOf({ ...draft })).toBe(first);
    expect(keyOf({ ...draft, text: 'Solo a Rosario' })).not.toBe(first);
    expect(keyOf(draft)).toBe(first);
    expect(keysByContent()(draft)).not.toBe(first);
  });
});

describe('the outbox', () => {
  const entry = (key: string, conversationId = 'c1', text = 'Hola') => ({
    key,
    conversationId,
    text,
    body: { kind: 'text' as const, text },
    writtenAt: '2026-11-22T15:00:00.000Z',
  });

  test('takes an entry once, by its key', () => {
    const once = out.queue([], entry('k1'));
    expect(out.queue(once, entry('k1'))).toBe(once);
  });

  test('lets a refused entry hold nothing back', () => {
    let outbox = out.queue(out.queue([], entry('k1')), entry('k2'));
    outbox = out.refuse(outbox, 'k1', { type: '/problems/x', title: '', status: 400, detail: '' });
    expect(out.sendable(outbox).map(({ key }) => key)).toEqual(['k2']);
  });

  test('matches a pushed message to the first entry alike, and to no other', () => {
    let outbox = out.queue(out.queue([], entry('k1')), entry('k2'));
    const pushed = message({ id: 'm5', from: 'operator', author: ana });
    outbox = out.matchPushed(outbox, pushed, ana.id);
    outbox = out.matchPushed(outbox, pushed, ana.id);
    expect(outbox.map(({ matched }) => matched)).toEqual(['m5', undefined]);
    const another = message({ id: 'm6', from: 'operator', author: { id: 'x', name: 'X' } });
    expect(out.matchPushed(outbox, another, ana.id)).toBe(outbox);
  });

  test('shows a matched entry again when it was refused after all', () => {
    let outbox = out.matchPushed(out.queue([], entry('k1')), message({ author: ana }), ana.id);
    expect(out.pendingOf(outbox, 'c1')).toEqual([]);
    outbox = out.refuse(outbox, 'k1', { type: '/problems/x', title: '', status: 400, detail: '' });
    expect(out.pendingOf(outbox, 'c1')).toHaveLength(1);
  });
});

describe('the slash', () => {
  test.each([
    ['/', 1, { start: 0, words: '' }],
    ['/env', 4, { start: 0, words: 'env' }],
    ['Hola /gra', 9, { start: 5, words: 'gra' }],
    ['Hola\n/gra', 9, { start: 5, words: 'gra' }],
    ['/formas de', 10, { start: 0, words: 'formas de' }],
    ['/env', 2, { start: 0, words: 'e' }],
    ['Efectivo /tar ahora', 13, { start: 9, words: 'tar' }],
    ['Puede pagar en efectivo / con tarjeta', 37, null],
    ['Puede pagar en efectivo / con tarjeta', 25, null],
    ['/ ', 2, null],
    ['/\n', 1, null],
    ['y/o', 3, null],
    ['12/11/2026', 10, null],
    ['/a\nb', 4, null],
    ['sin barra', 9, null],
  ])('in %j at %i', (text, caret, expected) => expect(slashBefore(text, caret)).toEqual(expected));

  test.each([
    ['/zzz', true],
    [' /formas de ', true],
    ['Hola /zzz', false],
    ['/zzz\nalgo más', false],
  ])('is all of %j: %s', (text, expected) => {
    const slash = slashBefore(text, text.split('\n')[0]!.length);
    expect(isAllOf(text, slash!)).toBe(expected);
  });

  test('filters by title and text, every word, without regard to accents', () => {
    const replies = [
      { id: '1', title: 'Envíos', text: 'A todo el país', department: null },
      { id: '2', title: 'Horarios', text: 'De 9 a 18', department: null },
    ];
    expect(filtered(replies, 'envio pais').map(({ id }) => id)).toEqual(['1']);
    expect(filtered(replies, '').map(({ id }) => id)).toEqual(['1', '2']);
    expect(filtered(replies, 'nada')).toEqual([]);
  });

  test('fills in what the server will', () => {
    const text = '{{contact.name}}, soy {{operator.name}} de {{department}}';
    expect(filledIn(text, 'Ana', conversation({}))).toBe('Martina Núñez, soy Ana de Ventas');
  });

  test.each(['A$&B', "$1$'$`$$", '{{operator.name}}', '{{department}}'])(
    'fills in a name as it is: %s',
    (name) => {
      const named = conversation({ contact: { id: 'p1', name } });
      expect(filledIn('{{{contact.name}}}: {{contact.phone}}', 'Ana', named)).toBe(
        `{${name}}: {{contact.phone}}`,
      );
    },
  );

  test('fills in each as often as it stands there', () => {
    const text = '{{department}} y {{department}}';
    expect(filledIn(text, 'Ana', conversation({}))).toBe('Ventas y Ventas');
  });
});

describe('Alt and a digit', () => {
  const pressed = (code: string, key: string, others = {}) => ({
    ...{ altKey: true, ctrlKey: false, metaKey: false, code, key },
    ...others,
  });

  test.each([
    [pressed('Digit1', '1'), 'waiting', 'waiting'],
    [pressed('Digit2', '2'), 'attending', 'attending'],
    // A Spanish keyboard of Apple's, and an English one.
    [pressed('Digit1', '|'), 'waiting', null],
    [pressed('Digit2', '@'), 'attending', null],
    [pressed('Digit2', '™'), 'attending', null],
    [pressed('Digit1', 'Dead'), 'waiting', null],
    [pressed('Digit3', '3'), null, null],
    [pressed('Digit2', '2', { altKey: false }), null, null],
    [pressed('Digit2', '@', { ctrlKey: true }), null, null],
    [pressed('Digit1', '1', { metaKey: true }), null, null],
  ])('lead to a tab, and leave letters to who writes: %j', (key, elsewhere, writing) => {
    expect(tabOf(key, false)).toBe(elsewhere);
    expect(tabOf(key, true)).toBe(writing);
  });
});

describe('the address', () => {
  test.each<Place>([
    { name: 'home' },
    { name: 'services', tab: 'waiting', conversationId: null, department: null, mine: false },
    { name: 'services', tab: 'attending', conversationId: 'c1', department: null, mine: true },
    { name: 'services', tab: 'closed', conversationId: 'c1', department: 'ventas', mine: false },
  ])('says where one is: %j', (place) => expect(parsePlace(placeHash(place))).toEqual(place));

  test('that means nothing leads home', () => {
    for (const hash of ['', '#', '#/', '#/otra/cosa']) expect(parsePlace(hash)).toEqual({ name: 'home' });
  });
});

describe('words', () => {
  test.each([es, pt, en])('leave a company out that has no name', ({ chat, attach }) => {
    for (const say of [chat.lead, attach.dropHere]) {
      expect(say('Sur & Cía.')).toContain(' Sur & Cía.');
      expect(say('')).toMatch(/^\p{Lu}.*[^ ]$/u);
      expect(say('Sur & Cía.').endsWith(say('')) || say('Sur & Cía.').startsWith(say(''))).toBe(true);
    }
  });

  test('are the browser’s language, else Spanish', () => {
    expect(preferredLanguage(null, ['fr-FR', 'pt-BR', 'en'])).toBe('pt');
    expect(preferredLanguage(null, ['fr-FR', 'de'])).toBe('es');
    expect(preferredLanguage('en', ['pt-BR'])).toBe('en');
    expect(preferredLanguage('xx', ['en-GB'])).toBe('en');
  });

  test('have the same keys and lengths in every language', () => {
    const shape = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]))
        : typeof value;
    expect(shape(pt)).toEqual(shape(es));
    expect(shape(en)).toEqual(shape(es));
  });

  test('count', () => {
    expect(es.list.unread(1)).toBe('1 mensaje sin leer');
    expect(es.list.unread(1200)).toMatch(/^1.?200 mensajes sin leer$/);
    expect(pt.list.held(2)).toBe('2 conversas novas');
    expect(en.signIn.tooMany(61)).toContain('2 minutes');
  });

  test('tell times', () => {
    const spanish = formats('es-AR');
    const now = Date.parse('2026-11-22T15:00:00Z');
    expect(spanish.ago(now - 120_000, now)).toBe('hace 2 min');
    expect(spanish.ago(now + 5_000, now)).toBe('ahora');
    expect(spanish.ago(now - 61_000, now)).toBe('hace 1 min');
    expect(spanish.duration(59_999)).toBe(null);
    expect(spanish.duration(60_000)).toBe('1 min');
    expect(spanish.duration(3 * 3_600_000)).toBe('3 h');
    expect(spanish.clock(now)).toMatch(/^\d\d:\d\d$/);
  });

  test.each([
    ['es-AR', '20 nov', '20/11/2025', 'Jueves, 20 de noviembre de 2025'],
    ['pt-BR', '20 de nov.', '20/11/2025', 'Quinta-feira, 20 de novembro de 2025'],
    ['en-GB', '20 Nov', '20/11/2025', 'Thursday, 20 November 2025'],
  ])('tell the year of a date where it is another one: %s', (locale, near, far, day) => {
    const { ago, day: dayOf } = formats(locale);
    const [then, thatYear, nextYear] = ['2025-11-20', '2025-12-31', '2026-01-01'].map((date) =>
      new Date(`${date}T12:00`).getTime(),
    ) as [number, number, number];
    expect(ago(then, thatYear).replaceAll('-', ' ')).toBe(near);
    expect(ago(then, nextYear)).toBe(far);
    expect(dayOf(then, thatYear)).not.toContain('2025');
    expect(dayOf(then, nextYear)).toBe(day);
  });

  test.each([
    [0, 'calm'],
    [5 * 60_000 - 1, 'calm'],
    [5 * 60_000, 'warm'],
    [15 * 60_000 - 1, 'warm'],
    [15 * 60_000, 'hot'],
    [24 * 3_600_000, 'hot'],
  ])('call a wait of %i ms %s', (waitMs, expected) => expect(warmth(waitMs)).toBe(expected));

  test.each([
    [0, '0 kB'],
    [1, '1 kB'],
    [1_600, '2 kB'],
    [5 * 1024 * 1024, '5 MB'],
    [5 * 1024 * 1024 + 1, '5,1 MB'],
    [40_000_000, '38,2 MB'],
  ])('tell how large a file of %i bytes is', (size, expected) =>
    expect(formats('es-AR').bytes(size).replace('\u00a0', ' ')).toBe(expected),
  );

  test('are counted in code points', () => {
    expect(codePoints('añ👩‍👩‍👧')).toBe(7);
  });

  test.each([
    ['Martina', 7, 'Martina'],
    ['Martina', 6, 'Martin'],
    ['🙂🙂', 2, '🙂🙂'],
    ['🙂🙂🙂', 2, '🙂🙂'],
    ['ñ🙂a', 2, 'ñ🙂'],
  ])('%s are cut after %i code points', (text, max, kept) =>
    expect(upToCodePoints(text, max)).toBe(kept));

  test('make initials of whole letters', () => {
    expect(initials('Martina Núñez')).toBe('MN');
    expect(initials('  maría  del  mar ')).toBe('MM');
    expect(initials('Visitante 7f3a')).toBe('V7');
    expect(initials('')).toBe('?');
  });
});
