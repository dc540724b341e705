import { expect, test } from 'vitest';
import { linksIn } from '../src/ui/links';

const same = (href: string) => [[href, href]];

test.each([
  ['sin nada', []],
  ['https://es.wikipedia.org/wiki/Rosario_(Argentina), gracias', same('https://es.wikipedia.org/wiki/Rosario_(Argentina)')],
  ['(véase https://es.wikipedia.org/wiki/Rosario_(Argentina))', same('https://es.wikipedia.org/wiki/Rosario_(Argentina)')],
  ['(véase https://tienda.example/verde).', same('https://tienda.example/verde')],
  ['[aquí](https://tienda.example/verde)', same('https://tienda.example/verde')],
  ['https://tienda.example/?ids[]', same('https://tienda.example/?ids[]')],
  ['¿Vio http://192.168.0.1:8080/a?b=1#c?', same('http://192.168.0.1:8080/a?b=1#c')],
  ['«https://tienda.example/verde»…', same('https://tienda.example/verde')],
  ['Https://Tienda.example', same('Https://Tienda.example')],
  ['https://, https://.', []],
  ['xhttps://tienda.example', []],
  ['Mire www.tienda.example/verde.', [['www.tienda.example/verde', 'https://www.tienda.example/verde']]],
  ['www.tienda.com.ar:', [['www.tienda.com.ar', 'https://www.tienda.com.ar']]],
  ['www.tienda, www., awww.tienda.example', []],
  ['Escriba a ana.ribas+web@tienda.com.ar.', [['ana.ribas+web@tienda.com.ar', 'mailto:ana.ribas+web@tienda.com.ar']]],
  ['(peña@español.example)', [['peña@español.example', 'mailto:peña@español.example']]],
  ['ana@tienda, @ana, ana@tienda.example2', []],
  ['https://social.example/@ana.ribas@otro.example', same('https://social.example/@ana.ribas@otro.example')],
  ['javascript:alert(1) <a href="https://a.example">', same('https://a.example')],
  [
    'www.a.example y b@c.example',
    [
      ['www.a.example', 'https://www.a.example'],
      ['b@c.example', 'mailto:b@c.example'],
    ],
  ],
])('the links in %j', (text, expected) => {
  const found = linksIn(text);
  expect(found.map(({ text: shown, href }) => [shown, href])).toEqual(expected);
  for (const { at, text: shown } of found) expect(text.slice(at).startsWith(shown)).toBe(true);
});

test.each([['a'.repeat(4096)], [`https://a${')'.repeat(4087)}`], [`${'a.'.repeat(2040)}@`], [`www.${'a-'.repeat(2040)}`]])(
  'are looked for at once in whatever is written',
  (text) => {
    const began = performance.now();
    linksIn(text);
    expect(performance.now() - began).toBeLessThan(1_000);
  },
);
