import { filePathFault } from '../../../shared/domain/file-path.ts';

/** A file that somebody chose, and where it goes in the dataset. */
export interface ChosenFile {
  path: string;
  file: Blob;
}

/** How a step tells how far it is, in bytes of the file, and hears that it is no longer wanted. */
export interface StepControl {
  onProgress: (doneBytes: number) => void;
  signal: AbortSignal;
}

export type Step<Input extends unknown[], Output> = (...input: [...Input, StepControl]) => Promise<Output>;

export interface UploadSteps {
  hash: Step<[file: Blob], string>;
  send: Step<[file: Blob, target: { slug: string; path: string; sha256: string }], void>;
}

export interface Upload {
  path: string;
  sizeBytes: number;
  state: 'waiting' | 'hashing' | 'sending' | 'done' | 'failed';
  /** Of the step that it is in. */
  doneBytes: number;
  /** Why it failed, for people. */
  fault: string | undefined;
}

/** The uploads of a dataset since the page was opened. */
export interface Batch {
  uploads: readonly Upload[];
  /** Whether files are still on their way. */
  isBusy: boolean;
  /** Whether something is to follow when all are there. */
  isFollowed: boolean;
  /** Why what should follow the uploads did not happen. */
  fault: string | undefined;
}

interface Job {
  files: Map<string, Blob>;
  uploads: Map<string, Upload>;
  fault: string | undefined;
  stop: AbortController;
  running: number;
  /** What follows when every file is there. */
  afterwards: (() => Promise<unknown>) | undefined;
  shown: Batch;
}

const NOTHING: Batch = { uploads: [], isBusy: false, isFollowed: false, fault: undefined };

/** A browser has few connections to one server, and the pages need some of them. */
const AT_ONCE = 2;

/** Uploads files into datasets, a few at a time, whichever page is shown meanwhile. */
export class UploadQueue {
  private readonly jobs = new Map<string, Job>();
  private readonly watchers = new Set<() => void>();
  private readonly steps: UploadSteps;

  constructor(steps: UploadSteps) {
    this.steps = steps;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  batch(slug: string): Batch {
    return this.jobs.get(slug)?.shown ?? NOTHING;
  }

  /** Whether something would be lost if the browser left the page. */
  isBusy(): boolean {
    return [...this.jobs.values()].some(({ shown }) => shown.isBusy);
  }

  /** Adds files; `afterwards` is done once when all files of the dataset are there. */
  add(slug: string, chosen: readonly ChosenFile[], afterwards?: () => Promise<unknown>): void {
    const job = this.jobOf(slug);
    for (const { path, file } of chosen) {
      const fault = filePathFault(path);
      job.files.set(path, file);
      job.uploads.set(path, newUpload(path, file, fault && `Its name ${fault}. Rename it.`));
    }
    job.afterwards = afterwards ?? job.afterwards;
    void this.work(slug, job);
  }

  /** Tries again what failed. */
  retry(slug: string): void {
    const job = this.jobs.get(slug);
    if (!job) return;
    const failed = [...job.uploads.values()].filter(({ state }) => state === 'failed');
    this.add(
      slug,
      failed.flatMap(({ path }) => ({ path, file: job.files.get(path) ?? new Blob() })),
    );
  }

  /** Gives up what is not there yet, and forgets what was. */
  clear(slug: string): void {
    this.jobs.get(slug)?.stop.abort(new Error('stopped'));
    this.jobs.delete(slug);
    this.tell();
  }

  /** Files that come when all others are there begin a new batch. */
  private jobOf(slug: string): Job {
    const known = this.jobs.get(slug);
    if (known && !isComplete(known)) return known;
    const stop = new AbortController();
    const job: Job = {
      ...{ files: new Map(), uploads: new Map(), fault: undefined, stop, running: 0 },
      ...{ afterwards: undefined, shown: NOTHING },
    };
    this.jobs.set(slug, job);
    return job;
  }

  private async work(slug: string, job: Job): Promise<void> {
    this.show(job);
    while (job.running < AT_ONCE) {
      const next = [...job.uploads.values()].find(({ state }) => state === 'waiting');
      if (!next) break;
      job.running += 1;
      void this.upload(slug, job, next.path).finally(() => {
        job.running -= 1;
        if (!job.stop.signal.aborted) void this.work(slug, job);
      });
    }
    if (job.running === 0) await this.finish(job);
  }

  private async upload(slug: string, job: Job, path: string): Promise<void> {
    const change = (changes: Partial<Upload>) => {
      const upload = job.uploads.get(path);
      if (upload) job.uploads.set(path, { ...upload, ...changes });
      this.show(job);
    };
    const file = job.files.get(path) ?? new Blob();
    const control = { onProgress: (doneBytes: number) => change({ doneBytes }), signal: job.stop.signal };
    try {
      change({ state: 'hashing' });
      const sha256 = await this.steps.hash(file, control);
      change({ state: 'sending', doneBytes: 0 });
      await this.steps.send(file, { slug, path, sha256 }, control);
      change({ state: 'done', doneBytes: file.size });
    } catch (error) {
      change({ state: 'failed', fault: error instanceof Error ? error.message : String(error) });
    }
  }

  private async finish(job: Job): Promise<void> {
    const { afterwards } = job;
    if (!isComplete(job) || !afterwards) return;
    job.afterwards = undefined;
    job.fault = undefined;
    await afterwards().catch((error: unknown) => {
      job.fault = error instanceof Error ? error.message : String(error);
    });
    this.show(job);
  }

  private show(job: Job): void {
    const { fault, afterwards } = job;
    const uploads = [...job.uploads.values()];
    job.shown = { uploads, isBusy: uploads.some(isUnfinished), isFollowed: afterwards !== undefined, fault };
    this.tell();
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }
}

function isUnfinished({ state }: Upload): boolean {
  return state !== 'done' && state !== 'failed';
}

function isComplete(job: Job): boolean {
  return [...job.uploads.values()].every(({ state }) => state === 'done');
}

function newUpload(path: string, file: Blob, fault: string | undefined): Upload {
  return { path, sizeBytes: file.size, state: fault === undefined ? 'waiting' : 'failed', doneBytes: 0, fault };
}
