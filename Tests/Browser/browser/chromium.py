"""Debian's Chromium without a window, driven by selenium: what it shows, says and can be asked for."""
import time
from pathlib import Path

import axe_playwright_python
from conformance.frame_code import decode_cells
from conformance.report import require
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
# Gives back the means of the code's cells in a picture that can be drawn: docs/frame-code.md.
CELL_MEANS = """
const cellMeans = source => {
  const width = source.videoWidth ?? source.width, height = source.videoHeight ?? source.height;
  if (!width) return null;
  const canvas = new OffscreenCanvas(width, height), drawing = canvas.getContext('2d', {willReadFrequently: true});
  drawing.drawImage(source, 0, 0);
  const cell = Math.max(8, 2 * Math.floor(width / 128)), columns = Math.min(26, Math.floor(width / cell));
  const means = [];
  for (let index = 0; index < 52; index++) {
    const quarter = Math.floor(cell / 4), size = cell - 2 * quarter;
    const {data} = drawing.getImageData(index % columns * cell + quarter, Math.floor(index / columns) * cell + quarter, size, size);
    let sum = 0;
    for (let place = 0; place < data.length; place += 4) sum += data[place] + data[place + 1] + data[place + 2];
    means.push(sum / (3 * data.length / 4));
  }
  return means;
};
"""


class Chromium:
    def __init__(self, directory, size=(1440, 900), script=None):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                     f"--window-size={size[0]},{size[1]}", "--autoplay-policy=no-user-gesture-required",
                     f"--user-data-dir={directory}"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        self.driver.set_script_timeout(60)
        if size[0] < 600:
            self.driver.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": size[0], "height": size[1], "deviceScaleFactor": 2, "mobile": True})
        if script:
            self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def open(self, address):
        self.driver.get(address)

    def go(self, hash_):
        self.driver.execute_script("location.hash = arguments[0]", hash_)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, what, script, *arguments, seconds=20):
        """Until the script gives back something true, which is given back."""
        end = time.monotonic() + seconds
        while not (found := self.driver.execute_script(script, *arguments)):
            require(time.monotonic() < end, f"{what} did not come within {seconds} s; {self.state()}")
            time.sleep(0.03)
        return found

    def state(self):
        """What the page says, for a failure."""
        text = self.driver.execute_script(
            "return (document.querySelector('#trouble:not([hidden])')?.textContent ?? '') + ' ' + location.hash + ' ' + "
            "JSON.stringify(document.querySelector('.player')?.dataset ?? null)")
        return f"{text}; {self.complaints()}"

    def find(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def press(self, *keys):
        self.driver.find_element(By.TAG_NAME, "body").send_keys(*(getattr(Keys, key, key) for key in keys))

    def code(self, selector):
        """(take, row) of the code in a canvas or video; None where there is none."""
        means = self.driver.execute_script(CELL_MEANS + "return cellMeans(document.querySelector(arguments[0]))", selector)
        return decode_cells(means)

    def complaints(self):
        """What the console said that is no information. Taking it empties it."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def accessible(self, where):
        """No violation that axe finds (WCAG 2.2 A and AA)."""
        if not self.driver.execute_script("return !!window.axe"):
            # As the page's own script could not be: its policy forbids that.
            self.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text()})
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
            ".then(result => done(result.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + (n.failureSummary ?? '')).join(' | '))))")
        require(not found, f"{where}: {'; '.join(found)}"[:600])

    def picture(self, path):
        trouble = self.run("return [...document.querySelectorAll('[role=alert]')].filter(a => !a.hidden).map(a => a.textContent).join()")
        require(not trouble, f"{path.name}: the page is in trouble: {trouble}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(path))
