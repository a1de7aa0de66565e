import type * as AwsSdk from '@aws-sdk/client-s3';
import { HttpAgents } from '../http/http-agents.ts';
import { IDLE_TIMEOUT_MS } from '../http/send-request.ts';
import type { S3Settings } from '../storage-settings.ts';
import type { CallOptions } from '../storage.ts';
import { withRetries } from '../with-retries.ts';
import { s3Error } from './s3-error.ts';

export type S3Sdk = typeof AwsSdk;

const CONNECT_TIMEOUT_MS = 10_000;

interface CallPlace extends CallOptions {
  /** The object or folder that the call is about, for messages. */
  path: string;
}

/** The way to one bucket: the SDK's client for control calls, and what the thin path needs of it. */
export class S3Connection {
  readonly bucket: string;
  readonly region: string;
  readonly agents = new HttpAgents();
  readonly #settings: S3Settings;
  #opened: Promise<{ sdk: S3Sdk; client: AwsSdk.S3Client }> | undefined;

  constructor(settings: S3Settings) {
    this.#settings = settings;
    this.bucket = settings.bucket;
    this.region = settings.region;
  }

  /** Makes a control call by the SDK and tries again what may pass. Throws CrunchError. */
  async call<T>(
    { path, signal, patience }: CallPlace,
    send: (client: AwsSdk.S3Client, sdk: S3Sdk) => Promise<T>,
  ): Promise<T> {
    const { client, sdk } = await this.open();
    return withRetries({ signal, patience }, async () => {
      try {
        return await send(client, sdk);
      } catch (error) {
        throw s3Error(error, path, signal);
      }
    });
  }

  /** The SDK, which takes a third of a second to load, and its client: opened by the first call. */
  open(): Promise<{ sdk: S3Sdk; client: AwsSdk.S3Client }> {
    this.#opened ??= this.#connect();
    return this.#opened;
  }

  /** The address of the bucket's root. */
  async bucketUrl(): Promise<URL> {
    const { client } = await this.open();
    return client.config.endpointProvider({
      Bucket: this.bucket,
      Region: this.region,
      Endpoint: this.#settings.endpoint,
      ForcePathStyle: this.#settings.forcePathStyle,
    }).url;
  }

  async close(): Promise<void> {
    if (this.#opened) (await this.#opened).client.destroy();
    this.agents.close();
  }

  async #connect(): Promise<{ sdk: S3Sdk; client: AwsSdk.S3Client }> {
    // The SDK's advice about Node's version is for developers, not for people who run a command.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const sdk = await import('@aws-sdk/client-s3');
    const { endpoint, forcePathStyle, credentials } = this.#settings;
    const client = new sdk.S3Client({
      region: this.region,
      endpoint,
      forcePathStyle,
      credentials,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: IDLE_TIMEOUT_MS,
        httpAgent: this.agents.http,
        httpsAgent: this.agents.https,
      },
    });
    return { sdk, client };
  }
}
