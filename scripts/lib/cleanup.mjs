/** What has to be undone when a script ends, however it ends. */
export class Cleanup {
  #steps = [];

  /** Also undoes everything when somebody ends the script, which then ends with exit code 130. */
  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => void this.#endScript());
    }
  }

  add(step) {
    this.#steps.push(step);
  }

  /** Leaves everything as it is. */
  forget() {
    this.#steps = [];
  }

  /** Undoes everything, the latest first. */
  async run() {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
  }

  async #endScript() {
    console.log('\nStopping');
    await this.run();
    process.exit(130);
  }
}
