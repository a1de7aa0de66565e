import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { CrunchStack } from './crunch-stack.ts';

/** Headless, in any container, and without a word to anybody. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a browser says of each request of a stranger, of one that meets no server, and of one for what is not there. */
const STRANGER = /status of 401/;
const OUTAGE = /net::ERR_|The server can’t be reached/;
const REFUSAL = /status of 4\d\d/;
const ABSENCE = /status of 404/;

export interface Account {
  email: string;
  password: string;
}

/** Somebody who looks at the web UI of a stack with a browser of their own. */
export class WebVisitor {
  readonly page: Page;
  /** What went wrong on any page: errors on the console, violations of the content policy, uncaught errors. */
  readonly faults: string[] = [];
  private readonly browser: Browser;
  private readonly context: BrowserContext;
  private readonly stack: CrunchStack;
  /** What the browser may say on the console now. */
  private expected: RegExp | undefined = STRANGER;

  private constructor(stack: CrunchStack, browser: Browser, context: BrowserContext, page: Page) {
    this.stack = stack;
    this.browser = browser;
    this.context = context;
    this.page = page;
    page.setDefaultTimeout(60_000);
    context.on('weberror', (error) => this.faults.push(String(error.error())));
    context.on('dialog', (dialog) => this.faults.push(`a dialog: ${dialog.message()}`));
    context.on('console', (message) => {
      const isExpected = this.expected?.test(message.text()) ?? false;
      if (message.type() === 'error' && !isExpected) this.faults.push(message.text());
    });
  }

  static async open(stack: CrunchStack, executablePath: string): Promise<WebVisitor> {
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    const context = await browser.newContext({ baseURL: stack.places.url, viewport: { width: 1440, height: 900 } });
    return new WebVisitor(stack, browser, context, await context.newPage());
  }

  /** Fills in the sign-in that is on the page; without an account, that of the first admin. */
  async signIn(account?: Account): Promise<void> {
    const { email, password } = account ?? (await this.firstAdmin());
    await this.page.getByLabel('E-mail address').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('navigation', { name: 'Places' }).waitFor();
    this.expected = undefined;
  }

  /** Forgets the session, as a browser does when it is over. */
  async loseSession(): Promise<void> {
    this.expectStranger();
    await this.context.clearCookies();
  }

  /** From now on until the next sign-in, requests are refused. */
  expectStranger(): void {
    this.expected = STRANGER;
  }

  /** The server goes away on purpose. */
  expectOutage(): void {
    this.expected = OUTAGE;
  }

  /** Somebody asks, on purpose, for what the server has to refuse. */
  expectRefusal(): void {
    this.expected = REFUSAL;
  }

  /** Somebody asks for what is not there, on purpose. */
  expectAbsence(): void {
    this.expected = ABSENCE;
  }

  /** What axe finds wrong with the page as it is, in both colour schemes. */
  async findBarriers(): Promise<string[]> {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page: this.page }).analyze();
      for (const { id, nodes } of violations) {
        found.push(
          `${colorScheme} ${this.page.url()}: ${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
        );
      }
    }
    return found;
  }

  /** The widths, of a phone, a tablet and a screen, at which the page has to be scrolled sideways. */
  async findOverflows(): Promise<number[]> {
    const found: number[] = [];
    for (const width of [390, 800, 1200, 1280, 1440]) {
      await this.page.setViewportSize({ width, height: 900 });
      const overflow = await this.page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (overflow > 0) found.push(width);
    }
    return found;
  }

  /** Where the browser put what a link downloads. */
  async download(name: string): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.getByRole('link', { name, exact: true }).click(),
    ]);
    return download.path();
  }

  private async firstAdmin(): Promise<Account> {
    return { email: this.stack.places.email, password: await this.stack.adminPassword() };
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
