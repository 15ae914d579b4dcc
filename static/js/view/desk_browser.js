/** What this browser does for the desk: sound, notifications, telephone links, the small window, installing. */

import { PLAIN_HTTP, featuresOf } from "../browser_features.js";
import { areNotificationsOn, askForNotifications, whyNoNotifications } from "../notifications.js";
import { gettext } from "../text.js";
import { announce } from "./announce.js";
import { RingAlert } from "./desk_ring.js";
import { partsOf, setHidden, setText } from "./dom.js";
import { remember } from "./memory.js";

export class BrowserPanel {
  #parts = partsOf(document.getElementById("desk-browser"));
  #blocked = document.getElementById("sound-blocked");
  #sound;
  #window;
  #config;
  #installing = null;

  /** `window` opens the small one; `config.dial` is the address that telephone links lead to, with `%s`. */
  constructor(sound, window, config) {
    this.#sound = sound;
    this.#window = window;
    this.#config = config;
    sound.onChange = () => this.render();
    const { sound: soundBox, notification, links, open, install } = this.#parts;
    soundBox.addEventListener("change", () => this.#switchSound(soundBox.checked));
    notification.addEventListener("change", () => this.#switchNotifications(notification.checked));
    links.addEventListener("click", () => this.#takeLinks());
    open.addEventListener("click", () => this.#window.open());
    install.addEventListener("click", () => this.#install());
    this.#blocked.addEventListener("click", () => this.#sound.unlock());
    // Whatever is pressed first lets the browser speak.
    for (const press of ["pointerdown", "keydown"]) {
      document.addEventListener(press, () => this.#sound.isBlocked && this.#sound.unlock(), { capture: true });
    }
    globalThis.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.#installing = event;
      this.render();
    });
    this.render();
  }

  render() {
    const parts = this.#parts;
    const isLoud = RingAlert.wants("sound");
    parts.sound.checked = isLoud;
    setHidden(this.#blocked, !isLoud || !this.#sound.isBlocked);
    const whyNot = whyNoNotifications();
    parts.notification.disabled = Boolean(whyNot);
    parts.notification.checked = areNotificationsOn() && RingAlert.wants("notification");
    setText(parts.notificationWords, whyNot || gettext("While this page is not in sight."));
    const features = featuresOf({
      isSecure: globalThis.isSecureContext,
      hasProtocol: "registerProtocolHandler" in navigator,
      hasWindow: "documentPictureInPicture" in globalThis,
      isInstalled: matchMedia("(display-mode: standalone)").matches,
      canInstall: Boolean(this.#installing),
    });
    for (const [name, button] of [["links", parts.links], ["window", parts.open], ["install", parts.install]]) {
      setHidden(button, !features[name].can);
      setText(parts[`${name}Words`], features[name].words);
    }
    setHidden(parts.plain, globalThis.isSecureContext);
    setText(parts.plain, PLAIN_HTTP);
  }

  async #switchSound(isOn) {
    remember("desk-sound", isOn ? "on" : "off");
    if (isOn) {
      await this.#sound.unlock();
      this.#sound.play("ring");
    }
    this.render();
  }

  async #switchNotifications(isOn) {
    remember("desk-notification", isOn ? "on" : "off");
    if (isOn && !(await askForNotifications())) announce(whyNoNotifications());
    this.render();
  }

  #takeLinks() {
    navigator.registerProtocolHandler("tel", new URL(this.#config.dial, location.href).href.replace("%25s", "%s"));
    setText(this.#parts.linksWords, gettext("The browser has been asked. It may want to hear it from you, too: look at the end of its address bar."));
  }

  async #install() {
    if (!this.#installing) return;
    await this.#installing.prompt();
    this.#installing = null;
    this.render();
  }
}
