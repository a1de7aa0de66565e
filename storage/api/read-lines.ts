/** The JSON documents of a stream, one a line. A name in them may hold what else counts as the end of a line. */
export async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator {
  const decoder = new TextDecoder();
  let unfinished = '';
  for await (const chunk of stream) {
    const lines = (unfinished + decoder.decode(chunk, { stream: true })).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}
