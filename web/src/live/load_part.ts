// A part of the program that is not in the server any more: it has been replaced by a newer one since
// this page was loaded, which only loading the page anew can mend.
export class OutdatedPage extends Error {}

// Loads a part of the program that comes when it is first needed; rejects where there is no line.
// Chromium up to 150, and Safari, hold a module that could not be fetched for missing as long as the
// page lives: so it is asked for once the server answers. `by` is the address of the module that asks,
// its import.meta.url. That has the part's name in it, and the names have what is in the files in
// theirs: a server that has not the one may not have the other.
export async function loadPart<Part>(load: () => Promise<Part>, by: string): Promise<Part> {
  const { status } = await fetch(by, { method: 'HEAD', mode: 'no-cors', cache: 'no-store' });
  try {
    return await load();
  } catch (error) {
    throw status === 404 ? new OutdatedPage() : error;
  }
}
