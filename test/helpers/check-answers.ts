import { z } from 'zod';
import { Problem } from '../../shared/contract/common.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { errorsOf } from '../../shared/contract/errors-of.ts';
import { API_PREFIX, contract } from '../../shared/contract/index.ts';

const ENDPOINTS = Object.values<Endpoint>(contract).map((endpoint) => ({
  endpoint,
  path: new RegExp(`^${API_PREFIX}${endpoint.path.replace(/\{\w+\*\}/, '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** A `fetch` that fails when an answer isn't what the contract says: status, type of content, and every field. */
export const fetchChecked: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const { pathname } = new URL(request.url);
  const method = request.method.toLowerCase();
  const match = ENDPOINTS.find(({ endpoint, path }) => endpoint.method === method && path.test(pathname));
  const response = await fetch(request);
  if (match === undefined) return response;
  if (!response.ok) await checkProblem(response.clone(), match.endpoint);
  else await checkAnswer(response.clone(), match.endpoint);
  return response;
};

async function checkProblem(response: Response, endpoint: Endpoint): Promise<void> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = z.strictObject(Problem.shape).parse(await response.json());
  // What an operation can end with is told beforehand, in the API's document.
  expect(errorsOf(endpoint)).toContain(problem.code);
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
}

async function checkAnswer(response: Response, endpoint: Endpoint): Promise<void> {
  expect(response.status).toBe(endpoint.status ?? (endpoint.response === undefined ? 204 : 200));
  const { response: shape } = endpoint;
  if (shape === undefined || shape === 'bytes' || 'lines' in shape || 'features' in shape || 'events' in shape) return;
  const answer: unknown = await response.json();
  // Parsing drops what the contract doesn't name.
  expect(shape.parse(answer)).toEqual(answer);
}
