// Loads a part of the program that comes when it is first needed; rejects where there is no line.
// Chromium up to 150, and Safari, hold a module that could not be fetched for missing as long as the
// page lives: so it is asked for once the server answers.
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  await fetch(import.meta.url, { method: 'HEAD', mode: 'no-cors', cache: 'no-store' });
  return load();
}
