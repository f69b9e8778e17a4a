/** Writing a large file straight to the person's disk, where the browser can. */
interface SaveOptions {
  suggestedName: string;
}
interface SavedFile {
  createWritable(): Promise<WritableStream<Uint8Array<ArrayBuffer>>>;
}
type Picker = (options: SaveOptions) => Promise<SavedFile>;

function picker(): Picker | undefined {
  return (globalThis as { showSaveFilePicker?: Picker }).showSaveFilePicker;
}

export function canSaveFiles(): boolean {
  return picker() !== undefined;
}

/** Asks where to. @returns undefined when the person thought better of it. */
export async function pickFile(
  suggestedName: string
): Promise<WritableStream<Uint8Array<ArrayBuffer>> | undefined> {
  try {
    return await (await picker()?.({ suggestedName }))?.createWritable();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}
