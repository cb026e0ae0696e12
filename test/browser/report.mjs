// Opens a rehearsal's report in a real browser, wide and narrow, with and without scripts, and looks at what is drawn.
// node test/browser/report.mjs REPORT.html [SCREENSHOT-FOLDER]
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [report, screenshots] = process.argv.slice(2);
const url = pathToFileURL(resolve(report)).href;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});
try {
  for (const [name, width, javaScriptEnabled, colorScheme] of [
    ['wide', 1280, true, 'light'],
    ['dark', 1280, true, 'dark'],
    ['narrow', 375, true, 'light'],
    ['no-script', 1280, false, 'light'],
  ]) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      javaScriptEnabled,
      colorScheme,
    });
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on(
      'request',
      (request) =>
        request.url() !== url &&
        !request.url().startsWith('data:') &&
        complaints.push(`asked for ${request.url()}`),
    );
    await page.goto(url);
    const text = (await page.locator('body').allInnerTexts()).join();
    for (const word of ['lost', 'p99', 'green', 'blue', 'digest'])
      assert.match(text.toLowerCase(), new RegExp(word), `${name}: says ${word}`);
    assert.ok((await page.locator('table').count()) >= 2, `${name}: has its tables`);
    if (javaScriptEnabled) {
      const drawn = await page.locator('canvas').evaluateAll((canvases) =>
        canvases.map((canvas) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let inked = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) inked++;
          return inked;
        }),
      );
      assert.ok(drawn.length >= 3, `${name}: ${drawn.length} charts`);
      for (const inked of drawn) assert.ok(inked > 500, `${name}: a chart is empty`);
    }
    if (javaScriptEnabled) {
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `${name}: the page is ${overflow} px too wide`);
    }
    assert.deepEqual(complaints, [], name);
    if (screenshots) await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
    await context.close();
    console.log(`${name}: good`);
  }
} finally {
  await browser.close();
}
