// The script that a company puts on its site:
//
//   <script src="https://server/widget.js" data-department="ventas" async></script>
//
// with, if wanted, data-color (any CSS colour), data-company (the name over the chat), data-theme
// ("light", "dark", or "auto" for the visitor's) and data-language ("es", "pt" or "en"). It shows a button in a shadow
// root of its own, so that neither the site's styles nor the widget's touch each other, and fetches
// the chat when it is first opened.

import type { MountedChat } from './contract';
import css from './loader.css?inline';

const words = {
  es: {
    open: 'Abrir el chat',
    close: 'Cerrar el chat',
    chat: 'Chat',
    unread: 'sin leer',
    failed: 'No se pudo cargar el chat. Revise su conexión y vuelva a probar.',
    retry: 'Reintentar',
  },
  pt: {
    open: 'Abrir o chat',
    close: 'Fechar o chat',
    chat: 'Chat',
    unread: 'não lidas',
    failed: 'Não foi possível carregar o chat. Verifique sua conexão e tente de novo.',
    retry: 'Tentar de novo',
  },
  en: {
    open: 'Open the chat',
    close: 'Close the chat',
    chat: 'Chat',
    unread: 'unread',
    failed: 'The chat could not be loaded. Check your connection and try again.',
    retry: 'Try again',
  },
};

const icons = {
  open: 'M21 11.500a8.500 8.500 0 0 1-12.400 7.600L3 21l1.900-5.600A8.500 8.500 0 1 1 21 11.500z',
  close: 'M18 6 6 18M6 6l12 12',
};

interface Settings {
  server: string;
  department: string;
  company: string;
  color: string;
  theme: string;
  language: keyof typeof words;
}

function settingsOf(script: HTMLScriptElement): Settings {
  const { department = '', company = '', color = '', theme = '', language } = script.dataset;
  const wanted = [language, ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  const found = wanted.find((tag): tag is keyof typeof words => tag !== undefined && tag in words);
  return {
    server: new URL(script.src).origin,
    department,
    company,
    color,
    theme,
    language: found ?? 'es',
  };
}

// Black or white, whichever is easier to read on the colour that the browser made of it.
function inkOn(element: HTMLElement): string {
  const channels = getComputedStyle(element).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
  const [red = 0, green = 0, blue = 0] = channels.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  // WCAG's relative luminance; at 0.179 both have the same contrast.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#16171b' : '#ffffff';
}

// Where nothing is said it is the site's, also when the site changes it: a light panel on a site that
// knows no dark one, whatever its visitors prefer.
function schemeOf(theme: string): string {
  if (theme === 'light' || theme === 'dark') return theme;
  return theme === 'auto' ? 'light dark' : 'inherit';
}

function drawing(path: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

function style(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string) {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

// The chat's own style sheet lies in the shadow root, its script in the page.
function fetchChat(server: string, root: ShadowRoot): Promise<void> {
  const loaded = (node: HTMLLinkElement | HTMLScriptElement) =>
    new Promise<void>((resolve, reject) => {
      node.onload = () => resolve();
      node.onerror = () => reject(new Error(`could not load the chat from ${server}`));
    });
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = `${server}/widget-chat.css`;
  const script = document.createElement('script');
  script.src = `${server}/widget-chat.js`;
  const both = Promise.all([loaded(sheet), loaded(script)]);
  root.prepend(sheet);
  document.head.append(script);
  return both.then(
    () => {},
    (error) => {
      sheet.remove();
      script.remove();
      throw error;
    },
  );
}

function textButton(text: string, clicked: () => void): HTMLButtonElement {
  const button = element('button', 'widget__text-button');
  button.textContent = text;
  button.addEventListener('click', clicked);
  return button;
}

function start(settings: Settings): void {
  const { server, department, company, language } = settings;
  const say = words[language];
  const host = document.createElement('div');
  host.lang = language;
  host.style.colorScheme = schemeOf(settings.theme);
  const root = host.attachShadow({ mode: 'open' });
  style(root);

  const frame = element('div', 'widget');
  const button = element('button', 'widget__button');
  const badge = element('span', 'widget__badge');
  const panel = element('div', 'widget__panel');
  badge.hidden = true;
  panel.hidden = true;
  panel.setAttribute('role', 'dialog');
  panel.setAttribute('aria-label', company || say.chat);
  frame.append(panel, button);
  root.append(frame);
  document.body.append(host);
  if (settings.color !== '' && CSS.supports('color', settings.color)) {
    frame.style.setProperty('--brand', settings.color);
    frame.style.setProperty('--brand-mine', settings.color);
    frame.style.setProperty('--brand-line', settings.color);
    frame.style.setProperty('--brand-ink', inkOn(button));
  }

  let chat: Promise<MountedChat> | null = null;
  let shown = false;
  const draw = () => {
    button.replaceChildren(drawing(shown ? icons.close : icons.open), badge);
    const unread = badge.hidden ? '' : `, ${badge.textContent} ${say.unread}`;
    button.setAttribute('aria-label', (shown ? say.close : say.open) + unread);
    button.setAttribute('aria-expanded', String(shown));
    panel.hidden = !shown;
  };
  const fault = element('div', 'widget__fault');
  // The next one tries again after a failure.
  const load = (): Promise<MountedChat> => {
    if (chat) return chat;
    fault.remove();
    chat = fetchChat(server, root).then(() =>
      window.bitacoraChat!(panel, {
        server,
        department,
        company,
        language,
        onClose: () => show(false),
        onUnread: (count) => {
          badge.hidden = count === 0;
          badge.textContent = count > 9 ? '9+' : String(count);
          draw();
        },
      }),
    );
    chat.catch(() => (chat = null));
    return chat;
  };
  const open = () =>
    load().then(
      (mounted) => mounted.setShown(shown),
      () => {
        panel.replaceChildren(fault);
        if (shown) retry.focus();
      },
    );
  const show = (wanted: boolean) => {
    shown = wanted;
    draw();
    if (!wanted) button.focus();
    // Shut once more, it asks for nothing.
    if (wanted || chat) void open();
  };
  const retry = textButton(say.retry, () => void open());
  const reason = element('p', '');
  reason.textContent = say.failed;
  reason.setAttribute('role', 'alert');
  fault.append(reason, retry, textButton(say.close, () => show(false)));
  button.addEventListener('click', () => show(!shown));
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) show(false);
  });
  draw();
  // Whoever has written here before sees that an answer came.
  if (isKnown(department)) void open();
}

function isKnown(department: string): boolean {
  try {
    return localStorage.getItem(`bitacora.visitor.${department}`) !== null;
  } catch {
    return false;
  }
}

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const settings = settingsOf(script);
  if (document.body) start(settings);
  else document.addEventListener('DOMContentLoaded', () => start(settings));
}
