"""A real WordPress as Debian has it, with its Akismet plug-in, on a database behind a socket.

PHP's own server has it on loopback. Nothing of WordPress or of the plug-in is changed.
"""

from __future__ import annotations

import getpass
import http.cookiejar
import itertools
import re
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path("/usr/share/wordpress")
PLUGIN = ROOT / "integrations" / "wordpress" / "moderation-akismet.php"
PASSWORD = "correct horse battery staple"
PACKAGES = "wordpress php8.2-cli php8.2-mysql mariadb-server"

_CONFIG = """<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_CONTENT_DIR', '{site}/wp-content' );
define( 'DISABLE_WP_CRON', true );
define( 'MODERATION_URL', '{service}' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {{
	define( $name . '_KEY', $name );
	define( $name . '_SALT', $name );
}}
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {{
	define( 'ABSPATH', '{site}/' );
}}
require_once ABSPATH . 'wp-settings.php';
"""


def missing() -> str:
    """What has to be installed for it; empty where all is there."""
    there = all(shutil.which(one) for one in ("php", "mariadbd", "mariadb-install-db", "mariadb"))
    there = there and (SOURCE / "wp-content" / "plugins" / "akismet").is_dir()
    if there:
        loaded = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True).stdout
        there = "mysqli" in loaded
    return "" if there else f"NO WORDPRESS: apt-get install {PACKAGES} runs this"


class WordPress:
    """Made from nothing in a folder, for as long as it is needed."""

    def __init__(self, folder: Path, service: str) -> None:
        """`folder` has a short path, as sockets want it; `service` is the address to be asked."""
        self._folder, self._site = folder, folder / "site"
        self._socket = folder / "db"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._url = f"http://127.0.0.1:{self.port}"
        self._service = service
        self._visitors = itertools.count(2)
        self._processes: list[subprocess.Popen[str]] = []
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._admin = urllib.request.build_opener(cookies)

    def start(self) -> None:
        """Make the database and the site, and serve it."""
        self._start_database()
        shutil.copytree(SOURCE, self._site, ignore=shutil.ignore_patterns(".htaccess"))
        for folder in ("mu-plugins", "uploads"):
            (self._site / "wp-content" / folder).mkdir()
        shutil.copy(PLUGIN, self._site / "wp-content" / "mu-plugins")
        config = _CONFIG.format(socket=self._socket, site=self._site, service=self._service)
        (self._site / "wp-config.php").write_text(config)
        quiet = ["-d", "sendmail_path=/bin/true", "-d", "display_errors=0"]
        address = f"127.0.0.1:{self.port}"
        self._run(
            ["php", *quiet, "-S", address, "-t", str(self._site)], r"Development Server .*started"
        )

    def stop(self) -> None:
        """End what was started, the last first."""
        for process in reversed(self._processes):
            process.terminate()
            process.wait(timeout=30)

    def install(self) -> None:
        """Install it as a person does in a browser, and sign in as its administrator."""
        form = {"weblog_title": "Daily", "user_name": "ada", "admin_email": "ada@blog.example"}
        form |= {"admin_password": PASSWORD, "admin_password2": PASSWORD, "blog_public": "0"}
        page = self.send(
            "wp-admin/install.php?step=2", form | {"language": "", "Submit": "Install"}
        )
        assert "Success!" in page, page
        self.visit("wp-login.php")
        page = self.send("wp-login.php", {"log": "ada", "pwd": PASSWORD, "testcookie": "1"})
        assert "Dashboard" in page, page

    def activate_akismet(self) -> None:
        """Activate the plug-in on the page of plug-ins."""
        page = self.visit("wp-admin/plugins.php")
        found = re.search(r'href="(plugins\.php\?action=activate&amp;plugin=akismet[^"]+)"', page)
        assert found, page
        self.visit(f"wp-admin/{found[1].replace('&amp;', '&')}")

    def save_key(self, key: str) -> str:
        """Give the plug-in a key on its settings page; the page that says what became of it."""
        page = self.visit("wp-admin/options-general.php?page=akismet-key-config&view=start")
        nonce = re.search(r'name="_wpnonce" value="([^"]+)"', page)
        assert nonce, page
        form = {"_wpnonce": nonce[1], "action": "enter-key", "key": key}
        return self.send("wp-admin/options-general.php?page=akismet-key-config", form)

    def comment(self, text: str, author: str = "Ann", parent: int = 0) -> int:
        """Leave a comment as a reader does; its id."""
        form = {"author": author, "email": f"{author.lower()}@blog.example", "url": ""}
        form |= {"comment": text, "comment_post_ID": "1", "comment_parent": str(parent)}
        # WordPress lets nobody comment twice in a moment: each reader has another address.
        reader = HTTPConnection(
            "127.0.0.1", self.port, 60, source_address=(f"127.0.0.{next(self._visitors)}", 0)
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "theirs=secret"}
        reader.request("POST", "/wp-comments-post.php", urlencode(form), kind)
        answer = reader.getresponse()
        assert answer.status == 302, answer.read()
        reader.close()
        return int(self.query("SELECT MAX(comment_ID) FROM wp_comments"))

    def status(self, comment: int) -> str:
        """`1` published, `0` waiting, `spam`."""
        return self.query(f"SELECT comment_approved FROM wp_comments WHERE comment_ID = {comment}")

    def set_option(self, name: str, value: str) -> None:
        """Have one of WordPress's settings otherwise."""
        self.query(f"UPDATE wp_options SET option_value = '{value}' WHERE option_name = '{name}'")

    def option(self, name: str) -> str:
        """One of WordPress's settings."""
        return self.query(f"SELECT option_value FROM wp_options WHERE option_name = '{name}'")

    def meta(self, comment: int) -> set[str]:
        """The names of what WordPress remembers of a comment."""
        of = f"SELECT DISTINCT meta_key FROM wp_commentmeta WHERE comment_id = {comment}"
        return set(self.query(of).split())

    def not_spam(self, comment: int) -> None:
        """Follow the link below a comment in the spam folder."""
        page = self.visit("wp-admin/edit-comments.php?comment_status=spam")
        link = rf'href="(comment\.php\?c={comment}&#038;action=unspamcomment[^"]*)"'
        found = re.search(link, page)
        assert found, page
        self.visit(f"wp-admin/{found[1].replace('&#038;', '&')}")

    def ask(self, call: str) -> list[str]:
        """What any code of WordPress hears from Akismet: a status, the body and the guid."""
        run = "$_SERVER['HTTP_HOST'] = '127.0.0.1'; require 'wp-load.php'; "
        run += f"$heard = wp_remote_post( 'https://rest.akismet.com/1.1/{call}' ); "
        run += "foreach ( array( wp_remote_retrieve_response_code( $heard ), "
        run += "wp_remote_retrieve_body( $heard ), "
        run += "wp_remote_retrieve_header( $heard, 'x-akismet-guid' ) ) as $told ) "
        run += "{ echo $told, PHP_EOL; }"
        done = subprocess.run(
            ["php", "-r", run],
            cwd=self._site,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.strip("\n").split("\n")

    def recheck(self) -> None:
        """What WordPress does of itself twenty minutes after a check that failed."""
        run = "$_SERVER['HTTP_HOST'] = '127.0.0.1'; require 'wp-load.php'; "
        run += "do_action( 'akismet_schedule_cron_recheck' );"
        subprocess.run(["php", "-r", run], cwd=self._site, check=True, timeout=60)

    def query(self, statement: str) -> str:
        """What the database says, in plain text."""
        command = ["mariadb", "--no-defaults", f"--socket={self._socket}", "-u", "root", "-N", "-B"]
        done = subprocess.run(
            [*command, "wordpress", "-e", statement],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.strip()

    def visit(self, path: str) -> str:
        """A page as the administrator sees it."""
        return self._open(urllib.request.Request(f"{self._url}/{path}"))

    def send(self, path: str, form: Mapping[str, str]) -> str:
        """The page after a form was sent by the administrator."""
        return self._open(urllib.request.Request(f"{self._url}/{path}", urlencode(form).encode()))

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self._admin.open(request, timeout=60) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return str(error.read().decode())

    def _start_database(self) -> None:
        data = self._folder / "data"
        ours = ["--no-defaults", f"--datadir={data}", f"--user={getpass.getuser()}"]
        made = ["mariadb-install-db", *ours, "--auth-root-authentication-method=normal"]
        subprocess.run(made, check=True, capture_output=True, timeout=120)
        served = ["mariadbd", *ours, f"--socket={self._socket}", "--skip-networking"]
        served += [f"--pid-file={self._folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0"]
        self._run(served, r"ready for connections")
        command = ["mariadb", "--no-defaults", f"--socket={self._socket}", "-u", "root"]
        made = [*command, "-e", "CREATE DATABASE wordpress CHARACTER SET utf8mb4"]
        subprocess.run(made, check=True, timeout=60)

    def _run(self, command: list[str], until: str) -> None:
        """Run a server, and wait until its log says that it is there."""
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._processes.append(process)
        assert process.stderr is not None
        seen = []
        for line in process.stderr:
            seen.append(line)
            if re.search(until, line):
                break
        else:
            raise AssertionError("".join(seen))
        # A server whose log nobody reads stops when the pipe is full.
        threading.Thread(target=_drain, args=(process,), daemon=True).start()


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    with process.stderr as log:
        for _ in log:
            pass
