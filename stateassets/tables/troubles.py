"""What goes wrong outside the data, in words: a full disk, no permission, no memory."""

from __future__ import annotations

import errno
import re
import shutil

# Errors of the computer rather than of the data: what happened, and what to do.
TROUBLES: dict[int | None, str] = {
    errno.ENOSPC: "磁盘满了。请删去不用的文件，再运行一遍",
    errno.EDQUOT: "磁盘配额用完了。请删去不用的文件，再运行一遍",
    errno.EROFS: "文件所在的磁盘只能读，不能写。请换一个能写的文件夹",
    errno.EMFILE: "同时打开的文件太多。请关掉其他程序，再运行一遍",
    errno.EIO: "磁盘读写出错。请检查磁盘，或从备份恢复",
}


def trouble(error: BaseException) -> str:
    """Return in Chinese what went wrong outside the data, and what to do about it."""
    match error:
        case shutil.Error() if found := re.search(r"\[Errno (\d+)\]", str(error)):  # of many files, in words
            return trouble(OSError(int(found[1]), ""))
        case PermissionError():
            return f"没有权限读写{_file(error)}。请关掉正在使用它的程序，或请管理员放开权限"
        case FileNotFoundError() if "temporary directory" in str(error):  # tempfile's own words
            return "没有地方放临时文件。请腾出磁盘空间，或把环境变量TMPDIR设为一个能写的文件夹"
        case FileNotFoundError() | NotADirectoryError() | IsADirectoryError():
            return f"没有找到{_file(error)}。请检查文件名和所在的文件夹"
        case FileExistsError():
            return f"{_file(error)}占了要写的文件夹的名字。请把它移走或改名"
        case OSError() if error.errno in TROUBLES:
            return TROUBLES[error.errno]
        case MemoryError():
            return "内存不够。请关掉其他程序，再运行一遍；仍然不够时换一台内存更大的电脑"
        case ModuleNotFoundError():
            return f"缺少程序库{error.name}。请运行make book安装，再用.venv/bin/python运行这个命令"
        case UnicodeError():
            return "有文字不能转换编码。请在Excel里把表另存为“CSV UTF-8”；终端显示不了中文时先运行export PYTHONUTF8=1"
        case RecursionError():
            return "内容一层套一层，太深了。请检查data文件夹里最近改过的文件"
    return f"{type(error).__name__}：{error}"


def _file(error: OSError) -> str:
    return f"“{error.filename}”" if error.filename else "文件"
