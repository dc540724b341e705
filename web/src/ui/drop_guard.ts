// A file that is dropped where nothing takes it: the browser would open it in the page's place, or in
// a tab of its own. The answer ends it.
export function ignoreStrayDrops(target: EventTarget): () => void {
  const ignore = (event: Event) => {
    const { dataTransfer } = event as DragEvent;
    if (event.defaultPrevented || !dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    dataTransfer.dropEffect = 'none';
  };
  target.addEventListener('dragover', ignore);
  target.addEventListener('drop', ignore);
  return () => {
    target.removeEventListener('dragover', ignore);
    target.removeEventListener('drop', ignore);
  };
}
