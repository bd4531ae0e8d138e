// The data of the page, which is packed: gzip in base 64.

/**
 * Unpacks the report that is written into the page.
 * @returns {Promise<any>}
 */
export async function ownReport() {
  const packed = document.getElementById("data")?.textContent ?? "";
  const letters = atob(packed.trim());
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(text).json();
}
