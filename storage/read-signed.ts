import { HttpAgents } from './http/http-agents.ts';
import { readContent } from './s3/object-headers.ts';
import { sendPresigned } from './s3/send-signed.ts';
import type { CallOptions, ObjectContent, PresignedRequest } from './storage.ts';

/** What a request signed for reading brings. Throws as `Storage.read` does; nothing is tried twice. */
export async function readSigned({ url, headers }: PresignedRequest, { signal }: CallOptions): Promise<ObjectContent> {
  const agents = new HttpAgents();
  const path = 'a signed request';
  try {
    const response = await sendPresigned({ method: 'GET', url: new URL(url), headers, agents, signal }, path);
    const content = readContent(path, response, signal);
    content.stream.once('close', () => agents.close());
    return content;
  } catch (error) {
    agents.close();
    throw error;
  }
}
